"""Sentences as the notices write them, and others of the same kind, with the days they mean."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.rules.date_phrases import Deadline, Period, read_dates

NOTICE_DAY = date(2018, 4, 28)


def read(text, on=NOTICE_DAY):
    """The findings as tuples of plain text: (phrase, strict or start, due or end)."""
    return [tuple(value and str(value) for value in vars(found).values()) for found in read_dates(text, on)]


THE_NOTICES = [
    # (id in domain.md section 2, sentence, phrase, strict or start, due or end)
    ("C1", "应在六月中旬前完成工作方案编制", "六月中旬前", "2018-06-10", "2018-06-20"),
    ("C2", "应在五月中旬前完成方案编制印发工作并报省厅备案", "五月中旬前", "2018-05-10", "2018-05-20"),
    ("P1", "要在5月底之前印发工作方案并报省厅备案", "5月底之前", None, "2018-05-31"),
    ("P2", "要在6月底前印发工作方案并报省厅备案", "6月底前", None, "2018-06-30"),
    ("T1", "到2019年底各地至少完成计划目标的50%", "2019年底", None, "2019-12-31"),
    ("T2", "到2020年底全部完成计划目标", "2020年底", None, "2020-12-31"),
    ("O2", "2020年前要全部达到绿色矿山建设标准", "2020年前", "2019-12-31", "2020-12-31"),
    ("S1", "省厅将于五月上旬对我市此项工作开展情况进行督导", "五月上旬", "2018-05-01", "2018-05-10"),
    ("S2", "市局也会在五月到六月期间进行抽查调研", "五月到六月期间", "2018-05-01", "2018-06-30"),
]


@pytest.mark.parametrize(("name", "sentence", "phrase", "first", "last"), THE_NOTICES)
def test_every_sentence_of_the_two_notices_has_its_days(name, sentence, phrase, first, last):
    assert read(sentence) == [(phrase, first, last)]


def test_before_2020_is_not_the_end_of_2020():
    """domain.md, trap 10: the strict reading of 2020年前 ends a year earlier."""
    before, end = read_dates("2020年前达到标准，到2020年底全部完成", NOTICE_DAY)
    assert before.strict == date(2019, 12, 31)
    assert end.strict is None


def test_findings_stand_in_the_order_of_the_text():
    text = "省厅将于5月上旬督导，各地要在6月底前印发，市局在五月到六月期间抽查，到2019年底完成一半。"
    assert [type(found) for found in read_dates(text, NOTICE_DAY)] == [Period, Deadline, Period, Deadline]


@pytest.mark.parametrize(
    ("phrase", "strict", "due"),
    [
        # A stretch before 前 has both readings.
        ("五月上旬前", "2018-04-30", "2018-05-10"),
        ("12月下旬前", "2018-12-20", "2018-12-31"),
        ("6月前", "2018-05-31", "2018-06-30"),
        ("6月份之前", "2018-05-31", "2018-06-30"),
        ("元月以前", "2017-12-31", "2018-01-31"),
        ("三季度前", "2018-06-30", "2018-09-30"),
        ("2019年第一季度前", "2018-12-31", "2019-03-31"),
        ("2019年上半年前", "2018-12-31", "2019-06-30"),
        ("明年前", "2018-12-31", "2019-12-31"),
        ("6月中下旬前", "2018-06-10", "2018-06-30"),
        ("下月中旬前", "2018-05-10", "2018-05-20"),
        # A point has one.
        ("6月20日前", None, "2018-06-20"),
        ("六月二十日前", None, "2018-06-20"),
        ("2018年6月20号以前", None, "2018-06-20"),
        ("2018-06-20前", None, "2018-06-20"),
        ("2018.6.20前", None, "2018-06-20"),
        ("2018/6/20之前", None, "2018-06-20"),
        ("２０１８年６月２０日前", None, "2018-06-20"),
        ("十二月卅一日前", None, "2018-12-31"),
        ("6月20日（星期三）17:30前", None, "2018-06-20"),
        ("6月20日下午5点半前", None, "2018-06-20"),
        ("6月20日（含）前", None, "2018-06-20"),
        ("二○一九年年底前", None, "2019-12-31"),
        ("二零二零年底", None, "2020-12-31"),
        ("二O一八年十一月末", None, "2018-11-30"),
        ("第二季度末", None, "2018-06-30"),
        ("上半年底前", None, "2018-06-30"),
        ("6月中旬末", None, "2018-06-20"),
        ("年内", None, "2018-12-31"),
        ("2018年内", None, "2018-12-31"),
        ("本年度内", None, "2018-12-31"),
        ("6月内", None, "2018-06-30"),
        # Counted from the document.
        ("次年3月底前", None, "2019-03-31"),
        ("明年二月末", None, "2019-02-28"),
        ("今年年底前", None, "2018-12-31"),
        ("年末", None, "2018-12-31"),
        ("季度末", None, "2018-06-30"),
        ("本季度末前", None, "2018-06-30"),
        ("下季度末", None, "2018-09-30"),
        ("月底前", None, "2018-04-30"),
        ("本月底", None, "2018-04-30"),
        ("下月底前", None, "2018-05-31"),
        ("下个月10日前", None, "2018-05-10"),
        ("旬末", None, "2018-04-30"),
        # Leap years.
        ("2月底前", None, "2018-02-28"),
        ("2020年2月底前", None, "2020-02-29"),
        ("2020年2月29日前", None, "2020-02-29"),
    ],
)
def test_a_deadline_and_its_two_readings(phrase, strict, due):
    assert read(f"各县应于{phrase}完成。") == [(phrase, strict, due)]


@pytest.mark.parametrize(
    ("phrase", "start", "end"),
    [
        ("5月上旬", "2018-05-01", "2018-05-10"),
        ("2020年2月下旬", "2020-02-21", "2020-02-29"),
        ("5月上、中旬", "2018-05-01", "2018-05-20"),
        ("7月", "2018-07-01", "2018-07-31"),
        ("第三季度", "2018-07-01", "2018-09-30"),
        ("下半年", "2018-07-01", "2018-12-31"),
        ("2018年前三季度", "2018-01-01", "2018-09-30"),
        ("2019年期间", "2019-01-01", "2019-12-31"),
        ("5月至6月", "2018-05-01", "2018-06-30"),
        ("5月—6月", "2018-05-01", "2018-06-30"),
        ("5-6月", "2018-05-01", "2018-06-30"),
        ("5～6月份", "2018-05-01", "2018-06-30"),
        ("五、六月", "2018-05-01", "2018-06-30"),
        ("5月、6月", "2018-05-01", "2018-06-30"),
        ("5月和6月期间", "2018-05-01", "2018-06-30"),
        ("二、三季度", "2018-04-01", "2018-09-30"),
        ("2018年5月1日至6月30日", "2018-05-01", "2018-06-30"),
        ("5月1日—10日", "2018-05-01", "2018-05-10"),
        ("5月1-10日", "2018-05-01", "2018-05-10"),
        ("2018-05-01至2018-06-30", "2018-05-01", "2018-06-30"),
        ("2018.5.1-2018.6.30", "2018-05-01", "2018-06-30"),
        ("5月上旬至中旬", "2018-05-01", "2018-05-20"),
        ("5月15日至月底", "2018-05-15", "2018-05-31"),
        ("11月至次年2月", "2018-11-01", "2019-02-28"),
        ("2019年11月至次年3月", "2019-11-01", "2020-03-31"),
        ("2018—2020年", "2018-01-01", "2020-12-31"),
        ("7月1日起至9月底", "2018-07-01", "2018-09-30"),
    ],
)
def test_a_period_and_its_days(phrase, start, end):
    assert read(f"市局将于{phrase}开展检查。") == [(phrase, start, end)]


@pytest.mark.parametrize(
    "text",
    [
        # Lengths of time.
        "三年内", "30日内", "5个工作日内", "三个月内", "半年内", "自收到之日起三月内", "2至3年内", "十年前",
        # No such day.
        "2月30日前", "2019年2月29日前", "13月底前", "6月31日前", "第五季度末", "2019年2月29日至3月5日",
        # Signatures, numbers of documents, other numbers and labels.
        "2018年4月17日", "2018年4月28日印发", "2018年4月", "宛国资办〔2018〕25号",
        "（2017）4号", "[2018]16号",
        "列入2018年重点工作", "2018年、2019年任务", "0371—68108662", "完成50%", "第6号", "3、4号井", "6个县",
        "《2018年6月底前任务清单》",
        # Vague, open or recurring.
        "今冬明春", "6月初", "6月左右", "6月底前后", "2018年初至6月底", "6月20日前三天",
        "自2018年6月1日起施行",
        "6月底以后", "5月以来", "每年6月底、12月底前", "每月5日前", "各季度末", "当年年底前", "次月5日前",
        "20日前", "下旬前", "农历五月底前", "18年6月底前", "汛期前", "11月至3月",
        # Other words that look like 内, 底 and 前.
        "2018年内乡县", "2018年底线任务", "2018年前期工作", "2018年内部检查",
    ],
)  # fmt: skip
def test_what_is_no_date_is_left_out(text):
    assert read(f"有关{text}。") == []
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("2、5月底前完成", "5月底前"),
        ("1.5月底前完成", "5月底前"),
        ("①5月底前完成", "5月底前"),
        ("附件2-2018年5月底前", "2018年5月底前"),
        ("统一五月底前完成", "五月底前"),
        ("资金5月底前到位", "5月底前"),
        ("2018年底线任务要在5月底前下达", "5月底前"),
        ("（2）3、5月底前分别完成", "5月底前"),
        ("2018年和5月底前", "5月底前"),
    ],
)
def test_what_stands_beside_a_date_does_not_change_it(text, phrase):
    assert read(text) == [(phrase, None, "2018-05-31")]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2019年3月底、9月底前", ["2019-03-31", "2019-09-30"]),
        ("2019年3月、6月、9月底前", ["2019-03-31", "2019-06-30", "2019-09-30"]),
        ("2019年的6月底前", ["2019-06-30"]),
        ("2019年（1—6月）", ["2019-06-30"]),
        ("2019年底前编制，次年3月底前印发", ["2019-12-31", "2020-03-31"]),
        ("6月10日前自查，月底前上报。月底前", ["2018-06-10", "2018-06-30", "2018-04-30"]),
    ],
)
def test_an_unfinished_date_leans_on_the_one_before_it_in_the_sentence(text, days):
    assert [found[-1] for found in read(text)] == days


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("6月10日、20日、30日前", ["6月10日 2018-06-10", "20日 2018-06-20", "30日前 2018-06-30"]),
        ("6月10日和20日前", ["6月10日 2018-06-10", "20日前 2018-06-20"]),
        ("6月10日、20日以及30日之前", ["6月10日 2018-06-10", "20日 2018-06-20", "30日之前 2018-06-30"]),
        ("6月10、20日前", ["6月10 2018-06-10", "20日前 2018-06-20"]),
        ("6月10日前、20日前", ["6月10日前 2018-06-10", "20日前 2018-06-20"]),
        ("6月10日17时、20日17时前", ["6月10日 2018-06-10", "20日17时前 2018-06-20"]),
        ("6月10日和月底前", ["6月10日 2018-06-10", "月底前 2018-06-30"]),
        ("2018年6月20日和12月20日前", ["2018年6月20日 2018-06-20", "12月20日前 2018-12-20"]),
        ("2019年6月20日及次年12月20日前", ["2019年6月20日 2019-06-20", "次年12月20日前 2020-12-20"]),
        ("6月、9月、12月底前", ["6月 2018-06-30", "9月 2018-09-30", "12月底前 2018-12-31"]),
        ("2019年6、9和12月底", ["2019年6 2019-06-30", "9 2019-09-30", "12月底 2019-12-31"]),
        ("五、六月底前", ["五 2018-05-31", "六月底前 2018-06-30"]),
        ("二季度与四季度末", ["二季度 2018-06-30", "四季度末 2018-12-31"]),
        ("2018、2019、2020年底前", ["2018 2018-12-31", "2019 2019-12-31", "2020年底前 2020-12-31"]),
        ("2018年、2019年年底前", ["2018年 2018-12-31", "2019年年底前 2019-12-31"]),
        ("到2019、2020年底", ["2019 2019-12-31", "2020年底 2020-12-31"]),
        ("不迟于6月10日、20日", ["6月10日 2018-06-10", "20日 2018-06-20"]),
        # What cannot be dated is left out: no such day, a month under a day, something vague.
        ("6月20日、31日前", ["6月20日 2018-06-20"]),
        ("6月和7月20日前", ["7月20日前 2018-07-20"]),
        ("6月底、12月底左右", []),
        ("每年6月、12月底前", []),
    ],
)
def test_each_date_of_a_list_is_a_deadline(text, expected):
    assert [f"{phrase} {due}" for phrase, strict, due in read(f"分别于{text}完成。")] == expected


def test_a_list_of_stretches_has_both_readings_of_each():
    assert [found[-1] for found in read("第1、2季度前")] == ["2018-03-31", "2018-06-30"]
    assert read("6月、9月前") == [("6月", "2018-05-31", "2018-06-30"), ("9月前", "2018-08-31", "2018-09-30")]
    assert read("5月上旬、下旬前") == [
        ("5月上旬", "2018-04-30", "2018-05-10"),
        ("下旬前", "2018-05-20", "2018-05-31"),
    ]


@pytest.mark.parametrize(
    ("text", "phrase", "due"),
    [
        ("截至6月20日", "6月20日", "2018-06-20"),
        ("截止到2018年6月20日17时", "2018年6月20日", "2018-06-20"),
        ("报名截止6月20日", "6月20日", "2018-06-20"),
        ("6月20日截止", "6月20日截止", "2018-06-20"),
        ("截至6月", "6月", "2018-06-30"),
        ("自查至6月20日止", "6月20日止", "2018-06-20"),
        ("有效期至2020年止", "2020年止", "2020-12-31"),
        ("到6月底为止", "6月底为止", "2018-06-30"),
        ("到六月二十日下午5点为止", "六月二十日下午5点为止", "2018-06-20"),
        ("不迟于6月20日", "6月20日", "2018-06-20"),
        ("不得晚于6月中旬", "6月中旬", "2018-06-20"),
        ("不得迟于三季度", "三季度", "2018-09-30"),
        ("最迟6月20日", "6月20日", "2018-06-20"),
        ("最迟于次年一月", "次年一月", "2019-01-31"),
        ("最迟不得超过2019年上半年", "2019年上半年", "2019-06-30"),
        ("最晚应于2019-06-20", "2019-06-20", "2019-06-20"),
    ],
)
def test_the_words_for_at_the_latest_make_a_deadline_of_what_follows(text, phrase, due):
    assert read(f"各县{text}，逾期通报。") == [(phrase, None, due)]


def test_before_a_stretch_keeps_both_readings_after_at_the_latest():
    assert read("最迟应在六月中旬前完成") == [("六月中旬前", "2018-06-10", "2018-06-20")]


@pytest.mark.parametrize(
    "text",
    [
        # How things stood, not what is owed.
        "截至目前", "截至2017年底，全市已建成15家", "截止2018年3月31日，全市已建成15家",
        "截至4月28日已建成15家", "截至2018年已建成15家",
        # A period whose beginning has no day; an end that is vague, recurs or hangs on another date.
        "自即日起至6月30日止", "最迟6月初", "不迟于每月5日", "截至次月5日", "最迟三年内", "至2月30日止",
        "6月20日停止生产", "截至6月10家企业",
    ],
)  # fmt: skip
def test_what_has_no_certain_end_is_left_out(text):
    assert read(f"{text}。") == []


def test_a_period_until_a_day_is_still_a_period():
    assert read("5月1日起至6月30日止") == [("5月1日起至6月30日", "2018-05-01", "2018-06-30")]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2019年6月底前编制，12月底前印发", ["2019-06-30", "2019-12-31"]),
        ("2019年6月底前编制；12月底前印发", ["2019-06-30", "2019-12-31"]),
        ("2019年6月底前编制。12月底前印发", ["2019-06-30", "2018-12-31"]),
        ("2019年6月底前编制\n12月底前印发", ["2019-06-30", "2018-12-31"]),
        ("2019年6月底前编制，\n12月底前印发", ["2019-06-30", "2019-12-31"]),
        ("2019年3月1日动员，6月底前编制，年底前印发", ["2019-06-30", "2019-12-31"]),
        ("2018年底前排查，2019年1至5月整治，6至7月核查，8至12月回头看",
         ["2018-12-31", "2019-05-31", "2019-07-31", "2019-12-31"]),
        ("2018年11月至2019年2月整治，3月核查", ["2019-02-28", "2019-03-31"]),
        ("2019年内启动，9月底前完工", ["2019-12-31", "2019-09-30"]),
        ("次年3月底前编制，6月底前印发，次年9月底前备案", ["2019-03-31", "2019-06-30", "2019-09-30"]),
        ("2019年6月底前编制，12月底前印发，次年3月底前备案", ["2019-06-30", "2019-12-31", "2020-03-31"]),
        ("列入2019年计划的，次年3月底前补报", ["2020-03-31"]),
        # A year before the document's is told, not owed.
        ("2017年5月至6月完成了排查，9月底前整改", ["2017-06-30", "2018-09-30"]),
        # A label, and the end of a whole year, say nothing of the months named after them.
        ("列入2019年计划的矿山，6月底前上报", ["2018-06-30"]),
        ("确保2020年底前全部完成，6月底前报送方案", ["2020-12-31", "2018-06-30"]),
        ("5月1日至2020年底开展行动，6月底前报送方案", ["2020-12-31", "2018-06-30"]),
    ],
)  # fmt: skip
def test_a_date_without_a_year_has_that_of_the_date_before_it_in_the_sentence(text, days):
    assert [found[-1] for found in read(text)] == days


def test_a_sentence_goes_on_after_a_full_line():
    full_line = "各县（市、区）国土资源局应在2019年6月底前完成绿色矿"
    wrapped = full_line + "\n山建设工作方案编制，12月底前完成验收"
    assert [found[-1] for found in read(wrapped)] == ["2019-06-30", "2019-12-31"]


def test_a_page_number_between_two_lines_is_not_part_of_a_range():
    assert read("各地应在2018年\n- 3 -\n6月底前印发") == [("2018年6月底前", None, "2018-06-30")]
    assert read("2018年4月17日\n\n— 3 —\n6月底前") == [("6月底前", None, "2018-06-30")]


def test_years_far_away_do_not_break_the_reading():
    assert read("次年3月底前，一月前", on=date(9999, 12, 31)) == []
    assert read("上月底，一月前", on=date(1, 1, 1)) == []


# By property. A sentence is built from parts whose days are known by the calendar alone.

_DIGITS = "〇一二三四五六七八九"


def in_chinese(number):
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def year_in_chinese(year):
    return "".join(_DIGITS[int(digit)] for digit in str(year))


years = st.integers(1990, 2060)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
befores = st.sampled_from(["前", "之前", "以前"])
phrases = st.sampled_from(
    ["六月中旬前", "2020年前", "5月底之前", "五月到六月期间", "2018年5月1日至6月30日", "5-6月", "12月下旬",
     "2019年第一季度前", "本月底前", "2018-06-20前", "二〇一九年年底", "6月20日17:30前", "次年3月底前"]
)  # fmt: skip
texts = st.text(alphabet="二三十〇25018.-/—至到、和年月日旬季度上中下底末前后内期间每起初次本的，。《》 \n")


@given(day=days, before=befores)
def test_a_day_reads_the_same_in_arabic_and_chinese_numerals(day, before):
    arabic = f"{day.year}年{day.month}月{day.day}日{before}"
    chinese = f"{year_in_chinese(day.year)}年{in_chinese(day.month)}月{in_chinese(day.day)}日{before}"
    figures = f"{day:%Y-%m-%d}{before}"
    assert read(arabic) == [(arabic, None, str(day))]
    assert read(chinese) == [(chinese, None, str(day))]
    assert read(figures) == [(figures, None, str(day))]


@given(
    year=years, month=st.integers(1, 12), part=st.sampled_from(["上旬", "中旬", "下旬", ""]), before=befores
)
def test_a_stretch_before_qian_warns_the_day_before_it_begins_and_is_due_when_it_ends(
    year, month, part, before
):
    [deadline] = read_dates(f"{year}年{month}月{part}{before}", NOTICE_DAY)
    [alone] = read_dates(f"将于{year}年{month}月{part}开展", NOTICE_DAY)
    assert deadline.strict == alone.start - timedelta(days=1)
    assert deadline.due == alone.end


@given(first=days, last=days)
def test_a_range_has_its_two_days_and_a_reversed_one_is_left_out(first, last):
    text = "至".join(f"{day.year}年{day.month}月{day.day}日" for day in (first, last))
    assert read(text) == ([(text, str(first), str(last))] if first <= last else [])


@given(document=days, month=st.integers(1, 12))
def test_without_a_year_the_documents_year_holds(document, month):
    [deadline] = read_dates(f"{month}月底前", document)
    assert (deadline.due.year, deadline.due.month) == (document.year, month)
    assert (deadline.due + timedelta(days=1)).day == 1


joints = st.sampled_from(["、", "和", "及", "与", "以及"])


@given(days=st.lists(days, min_size=1, max_size=12), joint=joints, before=befores)
def test_a_list_of_days_has_as_many_deadlines_in_its_order(days, joint, before):
    written = [f"{day.year}年{day.month}月{day.day}日" for day in days]
    found = read_dates(joint.join(written) + before, NOTICE_DAY)
    assert [each.due for each in found] == days
    assert [each.phrase for each in found] == [*written[:-1], written[-1] + before]
    assert {each.strict for each in found} == {None}


@given(
    year=years,
    month=st.integers(1, 12),
    numbers=st.sets(st.integers(1, 28), min_size=1, max_size=12).map(sorted),
    joint=joints,
)
def test_the_days_of_a_list_share_year_and_month(year, month, numbers, joint):
    text = f"{year}年{month}月" + joint.join(f"{number}日" for number in numbers) + "前"
    assert [each.due for each in read_dates(text, NOTICE_DAY)] == [
        date(year, month, number) for number in numbers
    ]


@given(
    document=days,
    year=years,
    months=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    mark=st.sampled_from("，；、,"),
)
def test_a_year_is_lent_within_the_sentence_unless_it_is_before_the_documents(document, year, months, mark):
    first, second = read_dates(f"{year}年{months[0]}月底前编制{mark}{months[1]}月底前印发", document)
    assert (first.due.year, first.due.month) == (year, months[0])
    assert (second.due.year, second.due.month) == (max(year, document.year), months[1])


@given(day=days, head=st.sampled_from(["不迟于", "不得晚于", "最迟", "最迟于"]))
def test_at_the_latest_has_the_day_alone(day, head):
    written = f"{day.year}年{day.month}月{day.day}日"
    assert read(f"应{head}{written}上报") == [(written, None, str(day))]


@given(phrase=phrases, gaps=st.lists(st.sampled_from(["", " ", "\n", "\r\n", "\n\n", "　", "\t", "\u200b"])))
def test_white_space_and_line_breaks_change_nothing(phrase, gaps):
    spread = "".join(char + gap for char, gap in zip(phrase, gaps + [""] * len(phrase), strict=False))
    assert read(f"应在{spread}完成") == read(f"应在{phrase}完成")
    assert read(phrase) != []


@given(parts=st.lists(phrases, max_size=6))
def test_sentences_are_read_one_by_one(parts):
    assert read("".join(f"应在{part}完成。" for part in parts)) == [
        found for part in parts for found in read(f"应在{part}完成。")
    ]


@given(text=texts, document=st.dates())
def test_whatever_is_read_is_real_in_order_and_stands_in_the_text(text, document):
    typed = "".join(text.split())
    for found in read_dates(text, document):
        first, last = (found.start, found.end) if isinstance(found, Period) else (found.strict, found.due)
        assert isinstance(last, date)
        assert first is None or first < last or (isinstance(found, Period) and first == last)
        if "-" not in typed and "—" not in typed:
            assert found.phrase in typed
