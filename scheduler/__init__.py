"""Door 2: time passed. The timetable, one line a job; the tables say what is due, APScheduler only ticks."""

from __future__ import annotations

from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.service import Service
from scheduler import (
    audit,
    auditor,
    digest,
    drop_in,
    enrolment,
    escalation,
    hide,
    interest,
    notice,
    opportunity,
    programme,
    retention,
    timetable,
    topic,
)


def start(service: Service) -> AsyncIOScheduler:
    """Start ticking. No job lies between 1:00 and 2:00, the hour that the clock change skips or repeats."""
    scheduler = AsyncIOScheduler(timezone=service.council.zone)
    at = CronTrigger.from_crontab
    late = {"misfire_grace_time": None, "coalesce": True}

    at_once = {"next_run_time": datetime.now(service.council.zone)}  # what fell due while nobody ran waits for no tick

    scheduler.add_job(escalation.tick, IntervalTrigger(seconds=2), [service], max_instances=1, **late, **at_once)
    scheduler.add_job(topic.tick, IntervalTrigger(seconds=2), [service], max_instances=1, **late)
    scheduler.add_job(auditor.Auditor(service).tick, IntervalTrigger(minutes=1), max_instances=1, **late)
    scheduler.add_job(notice.tick, IntervalTrigger(seconds=2), [service], max_instances=1, **late)
    scheduler.add_job(notice.open_times, IntervalTrigger(minutes=1), [service], max_instances=1, **late, **at_once)
    scheduler.add_job(timetable.tick, IntervalTrigger(minutes=1), [service], max_instances=1, **late, **at_once)
    scheduler.add_job(hide.clear, IntervalTrigger(seconds=5), [service], max_instances=1, **late)
    scheduler.add_job(interest.tick, IntervalTrigger(minutes=5), [service], max_instances=1, **late)
    scheduler.add_job(digest.tick, IntervalTrigger(minutes=1), [service], max_instances=1, **late)
    scheduler.add_job(programme.begin, args=[service], misfire_grace_time=None)
    scheduler.add_job(programme.tick, IntervalTrigger(minutes=2), [service], max_instances=1, **late)
    scheduler.add_job(drop_in.show_counts, IntervalTrigger(seconds=5), [service], max_instances=1, **late)
    scheduler.add_job(drop_in.remind, IntervalTrigger(minutes=1), [service], max_instances=1, **late)
    scheduler.add_job(drop_in.ask_afterwards, IntervalTrigger(minutes=1), [service], max_instances=1, **late)
    scheduler.add_job(opportunity.close_past, IntervalTrigger(minutes=1), [service], max_instances=1, **late)
    scheduler.add_job(opportunity.ask_about_forms, IntervalTrigger(minutes=5), [service], max_instances=1, **late)
    scheduler.add_job(opportunity.read_listing, IntervalTrigger(minutes=5), [service], max_instances=1, **late)
    scheduler.add_job(audit.export_head, at("5 * * * *", timezone=service.council.zone), [service], **late)
    scheduler.add_job(enrolment.send_first_week, IntervalTrigger(minutes=1), [service], max_instances=1, **late)
    scheduler.add_job(enrolment.mark_birthdays, at("5 10-17 * * *", timezone=service.council.zone), [service], **late)
    scheduler.add_job(enrolment.settle_joiners, at("35 7-19 * * *", timezone=service.council.zone), [service], **late)
    scheduler.add_job(retention.sweep, at("30 3 * * *", timezone=service.council.zone), [service], **late)

    scheduler.start()
    return scheduler
