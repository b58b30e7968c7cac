//! Which requests a logging configuration keeps, and what is a destination.
#![expect(clippy::unwrap_used, reason = "a test ends where it fails")]

mod event;

use std::sync::Arc;

use event::{NOON, WEB_ACL, allowed, blocked};
use telemetry::bot_traffic::{BotTraffic, COUNTS_MAX};
use telemetry::logging::{
    Behavior, Collection, Condition, Filter, LogDestination, LoggingConfiguration, LoggingFilter,
};
use telemetry::metrics::Registry;
use telemetry::request::{Action, RequestSink as _};
use telemetry::{Config, Telemetry};

fn logging(filters: Vec<Filter>, default_behavior: Behavior) -> LoggingConfiguration {
    LoggingConfiguration {
        destination: Arc::new(
            LogDestination::new("aws-waf-logs-x", "us-east-1_default_0").unwrap(),
        ),
        redacted: Vec::new(),
        filter: Some(LoggingFilter {
            filters,
            default_behavior,
        }),
    }
}

fn filter(behavior: Behavior, meets_all: bool, conditions: Vec<Condition>) -> Filter {
    Filter {
        behavior,
        meets_all,
        conditions,
    }
}

#[test]
fn the_first_filter_that_is_met_decides() {
    let blocked = blocked(1, NOON).decision.unwrap();
    let allowed = allowed(1, NOON).decision.unwrap();
    let label = Condition::Label("awswaf:managed:aws:sql-database:SQLi_QueryArguments".to_owned());
    let block = Condition::Action(Action::Block);
    let allow = Condition::Action(Action::Allow);
    let (keep, drop) = (Behavior::Keep, Behavior::Drop);
    for (filters, default, of_blocked, of_allowed) in [
        (vec![], keep, true, true),
        (vec![], drop, false, false),
        (
            vec![filter(keep, true, vec![block.clone()])],
            drop,
            true,
            false,
        ),
        (
            vec![filter(drop, true, vec![block.clone()])],
            keep,
            false,
            true,
        ),
        (
            vec![filter(keep, true, vec![block.clone(), label.clone()])],
            drop,
            true,
            false,
        ),
        (
            vec![filter(keep, true, vec![allow.clone(), label.clone()])],
            drop,
            false,
            false,
        ),
        (
            vec![filter(keep, false, vec![allow.clone(), label])],
            drop,
            true,
            true,
        ),
        (
            vec![
                filter(drop, true, vec![block.clone()]),
                filter(keep, false, vec![block, allow]),
            ],
            keep,
            false,
            true,
        ),
        // An own rule counted the request that was refused in the end.
        (
            vec![filter(keep, true, vec![Condition::Action(Action::Count)])],
            drop,
            true,
            false,
        ),
        (
            vec![filter(keep, true, vec![Condition::ExcludedAsCount])],
            drop,
            false,
            false,
        ),
        (
            vec![filter(keep, true, vec![Condition::Never])],
            drop,
            false,
            false,
        ),
    ] {
        let logging = logging(filters, default);
        assert_eq!(
            (logging.keeps(&blocked), logging.keeps(&allowed)),
            (of_blocked, of_allowed),
            "{logging:?}"
        );
    }
}

#[test]
fn a_rule_that_is_overridden_to_count_is_excluded_as_count() {
    let mut decision = blocked(1, NOON).decision.unwrap();
    let terminating = decision.terminating.as_mut().unwrap();
    terminating.action = Action::Count;
    terminating.rule_group.as_mut().unwrap().overridden_action = Some(Action::Block);
    let keep = filter(Behavior::Keep, true, vec![Condition::ExcludedAsCount]);
    assert!(logging(vec![keep], Behavior::Drop).keeps(&decision));
}

#[test]
fn no_destination_lies_outside_of_the_folder() {
    let long = "x".repeat(LogDestination::NAME_BYTES_MAX);
    for (group, right) in [
        ("aws-waf-logs-a.b_c-9", true),
        (long.as_str(), true),
        (&format!("{long}x"), false),
        ("", false),
        (".", false),
        ("..", false),
        ("a/b", false),
        ("a\\b", false),
        ("a\0b", false),
        ("é", false),
    ] {
        assert_eq!(LogDestination::new(group, "s").is_some(), right, "{group}");
        assert_eq!(LogDestination::new("g", group).is_some(), right, "{group}");
    }
}

#[tokio::test]
async fn lines_go_to_their_destinations_and_the_others_to_the_common_log() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        folder: Some(folder.path().to_owned()),
    };
    let registry = Arc::new(Registry::default());
    let telemetry = Telemetry::start(&config, Arc::clone(&registry)).unwrap();
    let keep_refused = filter(Behavior::Keep, true, vec![Condition::Action(Action::Block)]);
    let collection = Collection {
        logging: Some(logging(vec![keep_refused], Behavior::Drop)),
        ..Collection::default()
    };
    let collections = [(WEB_ACL.to_owned(), Arc::new(collection))].into();
    telemetry.collect(Arc::new(collections));
    for number in 0..10 {
        telemetry.record(blocked(number, NOON));
        telemetry.record(allowed(number, NOON));
        let mut of_another = allowed(number, NOON);
        let decision = of_another.decision.as_mut().unwrap();
        decision.web_acl_arn = WEB_ACL.replace("default", "other");
        telemetry.record(of_another);
    }
    telemetry.flush().await;
    let lines = |path: &str| {
        let text = std::fs::read_to_string(folder.path().join(path)).unwrap();
        text.lines().count()
    };
    assert_eq!(lines("aws-waf-logs-x/us-east-1_default_0.log"), 10);
    assert_eq!(lines("waf.log"), 10);
    assert!(registry.render().contains("btz_waf_log_filtered_total 10"));
    // What the log does not keep, explain still has.
    assert!(telemetry.decisions().find(event::id(3)).unwrap().is_some());
}

#[test]
fn bots_are_counted_in_bounded_memory() {
    let traffic = BotTraffic::default();
    let label = "awswaf:managed:aws:bot-control:bot:name:gptbot";
    let record = |path: String, time| {
        let mut event = allowed(1, time);
        event.request.path = path;
        event.decision.as_mut().unwrap().labels = vec![label.to_owned()];
        traffic.record(&event);
    };
    record("/kept".to_owned(), NOON);
    record("/kept".to_owned(), NOON);
    let minute = std::time::Duration::from_secs(60);
    let found = traffic.requests(WEB_ACL, NOON, NOON.plus(minute));
    assert_eq!(
        (found.len(), found[0].count, found[0].path.as_str()),
        (1, 2, "/kept")
    );
    for number in 0..COUNTS_MAX + 10 {
        record(format!("/{number}"), NOON.plus(minute));
    }
    // The older minute made room for one; nothing else could.
    assert_eq!(traffic.dropped(), 10);
    assert!(
        traffic
            .requests(WEB_ACL, NOON, NOON.plus(minute))
            .is_empty()
    );
    let later = NOON.plus(2 * minute);
    assert_eq!(traffic.requests(WEB_ACL, NOON, later).len(), COUNTS_MAX);
    record(
        "/x".repeat(2000),
        NOON.plus(telemetry::bot_traffic::WINDOW * 2),
    );
    assert!(
        traffic.requests(WEB_ACL, NOON, later).is_empty(),
        "too long ago"
    );
}
