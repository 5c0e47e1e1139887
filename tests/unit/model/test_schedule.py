"""How far apart runs are: every dialect of cron that platforms have, and what is none."""

from __future__ import annotations

from datetime import timedelta
from time import perf_counter

import pytest

from opsready.model.schedule import longest_gap

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("schedule", "gap"),
    [
        ("0 1 * * *", DAY),
        ("17 * * * *", HOUR),
        ("*/15 * * * *", HOUR / 4),
        ("0/20 * * * *", HOUR / 3),
        ("0 */6 * * *", 6 * HOUR),
        ("0 1,13 * * *", 12 * HOUR),
        ("0 8-20/4 * * *", 12 * HOUR),
        ("* * * * *", HOUR / 60),
        ("0 2 * * 1-5", 3 * DAY),
        ("0 2 * * mon-fri", 3 * DAY),
        ("0 2 * * 0", 7 * DAY),
        ("0 2 * * 7", 7 * DAY),
        ("0 2 * * SUN", 7 * DAY),
        ("0 3 1 * *", 31 * DAY),
        ("0 3 1 JAN *", 366 * DAY),
        ("0 3 29 2 *", 1461 * DAY),
        ("0 3 1 * 1", 7 * DAY),
        ("0 3 */2 * *", 2 * DAY),
        ("0 0 1 * * *", DAY),
        ("30 0 */2 * * *", 2 * HOUR),
        ("@hourly", HOUR),
        ("@daily", DAY),
        ("@weekly", 7 * DAY),
        ("@every 24h", DAY),
        ("@every 1h30m", 1.5 * HOUR),
        ("TZ=Europe/Oslo 0 1 * * *", DAY),
        ("CRON_TZ=UTC 0 1 * * *", DAY),
        ("rate(12 hours)", 12 * HOUR),
        ("rate(1 day)", DAY),
        ("cron(0 5 ? * * *)", DAY),
        ("cron(0 5 * * ? *)", DAY),
        ("cron(0 5 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 5 ? * 1 *)", 7 * DAY),
        ("  0   1 * * *  ", DAY),
    ],
)
def test_the_longest_gap(schedule: str, gap: timedelta) -> None:
    assert longest_gap(schedule) == gap


def test_weekdays_of_aws_begin_with_one() -> None:
    assert longest_gap("cron(0 5 ? * 2-6 *)") == longest_gap("0 5 * * 1-5")


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "at night",
        "0 1 * *",
        "0 1 * * * * *",
        "60 * * * *",
        "0 24 * * *",
        "0 1 0 * *",
        "0 1 * 13 *",
        "0 1 * * 8",
        "0 22-2 * * *",
        "0 */0 * * *",
        "0 */x * * *",
        "0 1 31 2 *",
        "-1 * * * *",
        "0 1 * * 1#2",
        "0 99999999999999999999 * * *",
        "@reboot",
        "@every 0s",
        "@every soon",
        "rate(0 days)",
        "rate(1 fortnight)",
        "cron(0 5 ? * * 2030)",
        "cron(0 5 * * *)",
        "cron(0 5 ? * 0 *)",
        "${SCHEDULE}",
    ],
)
def test_what_is_no_schedule(schedule: str) -> None:
    assert longest_gap(schedule) is None


def test_long_texts_cost_nothing() -> None:
    start = perf_counter()
    for text in ("*," * 100_000, "0 1 * * " + "1," * 100_000, "@every " + "1h" * 100_000, "rate(" + "9" * 100_000):
        longest_gap(text)
    assert perf_counter() - start < 1
