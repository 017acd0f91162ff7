"""Why a whole file is refused. One sentence each: the real cause, and the way out."""

RESAVE = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿(*.xlsx)”后再上传。"
TEMPLATE = "可下载系统里的分解表模板，把数据粘贴进去再上传。"

SENTENCES = {
    "empty": "文件是空的（0 字节），没有可读的内容。请检查是否保存成功，再上传一次。",
    "too_big": "文件有 {size} MB，超过 {limit} MB 的上限。请删去图片和无关的工作表，或分成几个文件上传。",
    "extension": "不接受“{suffix}”类型的文件。接受 .xlsx、.xls、.ods 和 .csv。" + RESAVE,
    "xlsb": "这是二进制工作簿（.xlsb），系统不读取。" + RESAVE,
    "password": "文件设有打开密码，系统打不开。请在 Excel 或 WPS 里取消密码（文件—信息—保护工作簿），保存后再上传。",
    "word": "这不是 Excel 工作簿，而是 Word 文档改了扩展名。请把表格复制到 Excel，另存为 .xlsx 后再上传。",
    "slides": "这不是 Excel 工作簿，而是演示文稿改了扩展名。请把表格复制到 Excel，另存为 .xlsx 后再上传。",
    "pdf": "这不是 Excel 工作簿，而是 PDF 改了扩展名。PDF 里的表格无法导入，请上传原来的电子表格（另存为 .xlsx）。",
    "image": "这不是 Excel 工作簿，而是图片改了扩展名。图片里的表格无法导入，请上传电子表格（另存为 .xlsx）。",
    "archive": "这不是可读的 Excel 工作簿，而是压缩包。请先解压，再上传里面的表格（另存为 .xlsx）。",
    "ole_other": "这不是 Excel 工作簿（可能是 Word 文档或邮件改了扩展名）。" + RESAVE,
    "program": "这不是 Excel 工作簿，而是程序文件，系统拒绝接收。",
    "prefixed": "文件开头混入了工作簿以外的内容，可能夹带了程序，系统拒绝打开。" + RESAVE,
    "not_workbook": "这不是可读的 Excel 工作簿：压缩包里没有工作簿的内容。" + RESAVE,
    "damaged": "文件已损坏，读不完整（{detail}）。" + RESAVE,
    "lost_sheet": "文件不完整：目录里有工作表“{name}”，但它的内容不在文件里。" + RESAVE,
    "duplicate": "文件里有两份同名的内容（{name}），不同软件打开会看到不同的数据，系统拒绝读取。" + RESAVE,
    "bad_name": "文件里夹带了指向别处的路径（{name}），正常的工作簿没有，系统拒绝打开。" + RESAVE,
    "members": "文件里有 {count} 个部件，超过 {limit} 个的上限，不是正常的表格。" + RESAVE,
    "bomb": "文件解压后过大（{size} MB，上限 {limit} MB），可能是恶意压缩包，系统拒绝打开。"
    "如确是正常表格，请只保留需要上报的工作表，另存为 .xlsx 后再上传。",
    "ratio": "文件里有一部分压缩得异常厉害（解压后是原来的 {ratio} 倍），可能是恶意压缩包，系统拒绝打开。"
    "如确是正常表格，请只保留需要上报的工作表，另存为 .xlsx 后再上传。",
    "text_bomb": "工作表“{name}”里的文字展开后过大，或有一格过长，可能是恶意文件，系统拒绝读取。" + RESAVE,
    "size_lie": "文件标明的大小与实际内容不符，可能是恶意压缩包或已损坏，系统拒绝打开。" + RESAVE,
    "packing": "文件用了不常见的压缩方式，系统不读取。" + RESAVE,
    "dtd": "文件内含有 DTD 或实体定义，正常的工作簿没有，可能是攻击，系统拒绝打开。" + RESAVE,
    "encoding": "文件内部的文字编码（{name}）不能读取。" + RESAVE,
    "text_encoding": "文本文件的文字编码认不出来，或夹有乱码（第 {line} 行附近）。"
    "请用 Excel 或 WPS 打开，核对无乱码后另存为 .xlsx，或另存为“CSV UTF-8”再上传。",
    "question_marks": "文件里的汉字都变成了问号，保存时已经丢失。请用 Excel 或 WPS 打开原来的表，另存为 .xlsx 后再上传。",
    "binary": "这不是可读的 Excel 工作簿，内容认不出来。" + RESAVE,
    "xml_2003": "这是“XML 表格 2003”格式，系统不读取。" + RESAVE,
    "mht": "这是网页存档（.mht），系统不读取。" + RESAVE,
    "no_table_in_html": "这是网页文件改了扩展名，里面没有表格。请上传原来的电子表格（另存为 .xlsx）。",
    "wide_line": "第 {line} 行有上万个分隔符，不是正常的表格。请用 Excel 或 WPS 打开，只保留需要的列，另存为 .xlsx 再上传。",
    "long_cell": "第 {line} 行附近有一格超过 {limit} 个字，或引号没有成对。请检查后另存为 .xlsx 再上传。",
    "sheets": "工作簿有 {count} 张工作表，超过 {limit} 张的上限。请只保留需要上报的工作表。",
    "rows": "工作表“{name}”的数据超过 {limit} 行的上限。请分成几个文件上传。",
    "area": "工作表“{name}”的内容一直排到 {address}，范围太大。请删除表格以外的零散单元格（{address}）后再上传。",
    "cells": "工作表“{name}”带格式的单元格过多。请把数据区复制到新的工作表，另存为 .xlsx 后再上传。",
    "no_data": "文件里没有数据：所有工作表都是空的。请填好数据再上传。" + TEMPLATE,
    "only_hidden": "看得见的工作表里没有数据，只有隐藏的工作表（{name}）里有表格。请取消隐藏，确认后再上传。",
    "no_header": "没有找到表头：在{where}的前 {rows} 行里找过，没有“矿山名称”“采矿许可证号”这样的列名。"
    + TEMPLATE,
    "transposed": "没有找到表头：{where}的列名竖排在第一列，矿山横向排列。请在 Excel 里“复制—选择性粘贴—转置”，"
    "让列名排在第一行、一行一座矿山。" + TEMPLATE,
    "no_mine_column": "缺少必填的列“矿山名称”：表头在{where}第 {row} 行找到（{headings}），其中没有这一列。"
    "也接受“矿山”“矿区名称”“采矿权名称”等写法。" + TEMPLATE,
    "header_only": "只有表头，没有矿山（表头在{where}第 {row} 行）。请填好数据再上传。",
    "nothing_left": "{rows} 行都不能采用，没有可以导入的内容。请按所列各条改正后再上传。",
}


class Refused(Exception):
    """The file is not taken. `code` is a key of SENTENCES, `str()` the sentence."""

    def __init__(self, code: str, **detail: object) -> None:
        super().__init__(SENTENCES[code].format(**detail))
        self.code = code
        self.detail = detail
