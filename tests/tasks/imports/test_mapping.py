"""What an agency says of its own headings goes before the common table."""

from tasks.imports.table import read_table

CSV = "点位,竣工,矿山名称,备注\n示例一号矿,2019年12月,甲公司,无\n".encode()


def test_a_heading_that_nobody_knows_is_read_as_the_agency_says():
    unknown = read_table("表.csv", CSV)
    assert [row.mine for row in unknown.rows] == ["甲公司"]
    said = read_table("表.csv", CSV, mapping={"点位": "mine", "竣工": "planned", "矿山名称": "holder"})
    (row,) = said.rows
    assert (row.mine, row.holder) == ("示例一号矿", "甲公司")
    assert row.planned.last_day.isoformat() == "2019-12-31"


def test_a_column_can_be_passed_over():
    said = read_table("表.csv", CSV, mapping={"竣工": "", "点位": "mine", "矿山名称": ""})
    (row,) = said.rows
    assert (row.mine, row.planned, row.holder) == ("示例一号矿", None, None)
