"""What holds for every moment: written in any format it comes back, with a wrong weekday it never does."""

import html
import unicodedata
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import VIETNAM
from config.fold import fold
from pipelines.dates import Reason, read_date
from pipelines.dates.words import ENGLISH_MONTHS

WEEKDAYS = "Thứ Hai,Thứ Ba,Thứ Tư,Thứ Năm,Thứ Sáu,Thứ Bảy,Chủ Nhật".split(",")
MONTHS = "Một,Hai,Ba,Tư,Năm,Sáu,Bảy,Tám,Chín,Mười,Mười Một,Mười Hai".split(",")
ENGLISH_DAYS = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday".split(",")

# A date, a time and a weekday as papers write them. Precision falls from second to month.
DATES = [
    *"{d}/{m}/{Y} {dd}/{mm}/{Y} {d}-{m}-{Y} {dd}.{mm}.{Y} {dd}/{mm}/{y} {Y}-{mm}-{dd} {Y}/{mm}/{dd}".split(),
    *["{d} / {m} / {Y}", "{d} - {m} - {Y}", "ngày {d}/{m}/{Y}", "ngày {dd}-{mm}-{Y}"],
    *["ngày {d} tháng {m} năm {Y}", "{d} tháng {m}, {Y}", "ngày {d} tháng {month} năm {Y}", "{d} Tháng {month}, {Y}"],
    *["Tháng {month} {d}, {Y}", "Tháng {m} {d}, {Y}", "{d} thg {m}, {Y}", "{d} Th{m}, {Y}", "{d} Tháng {m} {Y}"],
    *["{en} {d}, {Y}", "{d} {en} {Y}", "{dd}-{en}-{Y}"],
]
TIMES = [
    *"{HH}:{MM} {H}:{MM} {H}h{MM} {H}g{MM} {HH}:{MM}:{SS} {H}:{M}' {HH}:{MM}' {H}h{MM}' {H}h{MM}ph".split(),
    *["{H} giờ {MM} phút", "{H} giờ {M} phút", "{H} giờ {MM}", "{h}:{MM} {half}", "{h}:{MM}:{SS} {half}"],
    *["{h}:{MM} {ampm}", "{h}:{MM} {spoken}", "{H} : {MM}", "{H} h {MM}"],
]
WITH_TIME = [
    "{time} {date}",
    "{time} - {date}",
    "{time}, {date}",
    "{time} | {date}",
    "{date} {time}",
    "{date} - {time}",
]
WITH_TIME += ["{date}, {time}", "{date} | {time}", "{date} · {time}", "{date} lúc {time}", "lúc {time} {date}"]
AROUND = ["{}", "{} (GMT+7)", "{} GMT+7", "Cập nhật: {}", "Đăng lúc: {}", "[{}]", "{} Lượt xem: 1635", "Thời sự | {}"]
WITH_DAY = ["{wd}, {}", "{wd} {}", "{wd}, ngày {}", "{short}, {}", "{WD}, {}", "{number}, {}"]
MACHINE = [
    "{Y}-{mm}-{dd}T{HH}:{MM}:{SS}+07:00",
    "{Y}-{mm}-{dd}T{HH}:{MM}:{SS}.000 +07:00",
    "{Y}{mm}{dd}T{HH}{MM}{SS}+0700",
]
MACHINE += ["{Y}-{mm}-{dd} {HH}:{MM}:{SS}", "{en3} {d} {Y} {HH}:{MM}:{SS} GMT+0700 (Indochina Time)"]
MACHINE += ["{dd} {en3} {Y} {HH}:{MM}:{SS} +0700", "{dd} {en3} {Y} {HH}:{MM}:{SS} +07:00"]

moments = st.datetimes(datetime(1945, 1, 1), datetime(2027, 12, 31))  # noqa: DTZ001


def parts(moment: datetime) -> dict[str, object]:
    """What the templates name."""
    weekday, half = moment.weekday(), moment.hour >= 12
    number = "Chủ nhật" if weekday == 6 else f"Thứ {weekday + 2}"
    return {
        "d": moment.day, "dd": f"{moment.day:02}", "m": moment.month, "mm": f"{moment.month:02}",
        "Y": moment.year, "y": f"{moment.year % 100:02}", "month": MONTHS[moment.month - 1],
        "H": moment.hour, "HH": f"{moment.hour:02}", "M": moment.minute, "MM": f"{moment.minute:02}",
        "SS": f"{moment.second:02}", "h": moment.hour % 12 or 12, "half": "CH" if half else "SA",
        "ampm": "PM" if half else "AM", "spoken": "chiều" if half else "sáng",
        "wd": WEEKDAYS[weekday], "WD": WEEKDAYS[weekday].upper(),
        "number": number, "short": "CN" if weekday == 6 else f"T{weekday + 2}",
        "en": f"{moment:%B}", "en3": ENGLISH_MONTHS[moment.month - 1].title(),
    }  # fmt: skip


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text of the grammar, the value it stands for and its precision."""
    moment = draw(moments)
    date, precision = draw(st.sampled_from(DATES)), "day"
    body, kept = date, moment.replace(hour=0, minute=0, second=0)
    if draw(st.booleans()):
        time = draw(st.sampled_from(TIMES))
        body, precision = draw(st.sampled_from(WITH_TIME)).format(date=date, time=time), "minute"
        kept = moment if "SS" in time else moment.replace(second=0)
    if draw(st.booleans()) and not body.startswith("ngày"):
        body = draw(st.sampled_from(WITH_DAY)).replace("{}", body)
    text = draw(st.sampled_from(AROUND)).replace("{}", body)
    return text.format(**parts(moment)), stamp(kept), precision


def stamp(moment: datetime) -> str:
    return moment.replace(microsecond=0, tzinfo=VIETNAM).isoformat()


@given(written())
@settings(max_examples=1500, deadline=None, derandomize=True)
def test_what_is_written_comes_back(case: tuple[str, str, str]) -> None:
    text, value, precision = case
    assert read_date(text) == (value, precision, None)


@given(moments, st.sampled_from(MACHINE))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_machine_formats_come_back(moment: datetime, form: str) -> None:
    text = form.format(**parts(moment))
    assert read_date(text) == (stamp(moment), "minute", None)


@given(
    moments,
    st.sampled_from(["tháng {m}/{Y}", "tháng {m}-{Y}", "Tháng {month} năm {Y}", "{mm}/{Y}", "tháng {m} năm {Y}"]),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_months_come_back(moment: datetime, form: str) -> None:
    first = moment.replace(day=1, hour=0, minute=0, second=0)
    assert read_date(form.format(**parts(moment))) == (stamp(first), "month", None)


@given(
    moments,
    st.integers(1, 6),
    st.sampled_from(
        ["{wd}, {d}/{m}/{Y}", "{HH}:{MM} - {wd}, {dd}/{mm}/{Y}", "{d}-{m}-{Y} ({wd})", "{short} {dd}/{mm}/{Y}"]
    ),
)
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_contradicting_weekday_is_refused(moment: datetime, shift: int, form: str) -> None:
    other = parts(moment + timedelta(days=shift))
    text = form.format(**parts(moment) | {key: other[key] for key in ("wd", "short")})
    assert read_date(text).reason == Reason.WEEKDAY


@given(
    moments,
    st.integers(0, 6),
    st.sampled_from(["{en}, {dd} {en3} {Y} {HH}:{MM}:{SS} +0700", "{en} {d}/{m}/{Y}"]),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_english_weekdays_are_checked(moment: datetime, shift: int, form: str) -> None:
    weekday = ENGLISH_DAYS[(moment.weekday() + shift) % 7]
    reading = read_date(form.format(**parts(moment) | {"en": weekday[:3] if "en3" in form else weekday}))
    assert (reading.value is not None) is (shift == 0)


@given(written())
@settings(max_examples=500, deadline=None, derandomize=True)
def test_spelling_never_changes_a_value(case: tuple[str, str, str]) -> None:
    """Folding, case, normal form, kinds and number of spaces, entities, full-width digits: the same date."""
    text, value, precision = case
    spellings = [
        fold(text),
        text.upper(),
        text.lower(),
        unicodedata.normalize("NFD", text),
        text.replace(" ", "\u00a0\u00a0"),
        f"  {text}\u200b\n",
        html.escape(text).encode("ascii", "xmlcharrefreplace").decode(),
        text.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
    ]
    assert {read_date(spelling) for spelling in spellings} == {(value, precision, None)}


@given(written(), st.sampled_from(["latin-1", "cp1252", "cp1258"]))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_mojibake_is_read_or_refused(case: tuple[str, str, str], page: str) -> None:
    """UTF-8 read as one byte a letter. Windows-125x loses bytes: the value may go, it may not change."""
    text, value, precision = case
    reading = read_date(text.encode().decode(page, "replace"))
    assert reading == (value, precision, None) or (page != "latin-1" and reading.value is None)


@given(
    st.text()
    | st.text(alphabet="0123456789/-.:, hgTZ+'()")
    | st.lists(
        st.sampled_from(
            "ngày tháng năm thứ ba tư 12 31 2021 14/5 14/5/2021 12:07 9h giờ trước cách đây một nửa tối sáng âm lịch"
            " tết mùng quý III GMT +7 Z Dec am CH T2 CN & &#7913; \\u1ee9 Ã¡ ? \ufffd ½ İ <b> lượt xem số từ đến kém"
            " rưỡi hôm qua tuần tới".split()
        )
    ).map(" ".join)
    | st.lists(st.sampled_from("ngày thg 1 31 12 2021 / - : h ' ( ) T . , ١ \u0301 \x00 \x1f \ud800".split())).map(
        "".join
    ),
    st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(VIETNAM)),  # noqa: DTZ001
    st.sampled_from(["DMY", "MDY", "YMD"]),
)
@settings(max_examples=1500, deadline=None, derandomize=True)
def test_any_text_is_answered(text: str, at: datetime | None, order: str) -> None:
    value, precision, reason = read_date(text, at, order)
    if value is None:
        assert precision is None
        assert reason in set(Reason)
    else:
        assert reason is None
        assert precision in ("minute", "hour", "day", "month")
        assert at is None or datetime.fromisoformat(value) <= at + timedelta(days=1)


@given(st.integers(1, 400), st.sampled_from(["giây", "phút", "giờ", "tiếng", "ngày", "tuần"]), moments)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_time_gone_by(count: int, unit: str, naive: datetime) -> None:
    at = naive.replace(microsecond=0, tzinfo=VIETNAM)
    step = {"giây": "seconds", "phút": "minutes", "giờ": "hours", "tiếng": "hours", "ngày": "days", "tuần": "weeks"}[
        unit
    ]
    moment = at - timedelta(**{step: count})
    if unit in ("ngày", "tuần"):
        moment = moment.replace(hour=0, minute=0, second=0)
    assert read_date(f"{count} {unit} trước", at).value == moment.isoformat()
    assert read_date(f"cách đây {count} {unit}", at).value == moment.isoformat()
