//! GetTopPathStatisticsByTraffic: which paths bots ask for most, and which bots they are.
//! Source: AWS WAF API Reference.

use std::collections::BTreeMap;

use telemetry::bot_traffic::{Bot, BotRequests, WINDOW};
use types::{Call, ServiceError};

use crate::Wafv2;
use crate::exception;
use crate::item::{Identity, Kind};
use crate::model::{
    BotStatistics, FilterSource, GetTopPathStatisticsByTrafficRequest,
    GetTopPathStatisticsByTrafficResponse, PathStatistics, TimeWindow,
};
use crate::scope::Place;

/// Requests to one path, and of which bots.
#[derive(Debug, Default)]
struct Sum {
    count: u64,
    bots: BTreeMap<String, u64>,
}

impl Sum {
    fn add(&mut self, requests: &BotRequests) {
        self.count += requests.count;
        if let Some(name) = &requests.bot.name {
            *self.bots.entry(name.clone()).or_default() += requests.count;
        }
    }
}

pub(crate) async fn get_top_path_statistics_by_traffic(
    service: &Wafv2,
    call: &Call,
    input: GetTopPathStatisticsByTrafficRequest,
) -> Result<GetTopPathStatisticsByTrafficResponse, ServiceError> {
    let place = Place::of(call, &input.scope)?;
    let identity = Identity::of_callers_arn(call, &input.web_acl_arn)?.of_kind(Kind::WebAcl)?;
    if identity.place != place {
        return Err(exception::invalid_arn(&input.web_acl_arn));
    }
    service.viewed_item(&identity)?;
    let TimeWindow {
        start_time,
        end_time,
    } = input.time_window;
    if start_time >= end_time {
        return Err(exception::invalid_time_window());
    }
    let start = start_time.max(service.clock.now().minus(WINDOW));
    let traffic = service.telemetry.bot_traffic();
    let mut requests = traffic.requests(&input.web_acl_arn, start, end_time);
    let wanted = Bot {
        name: input.bot_name,
        category: input.bot_category,
        organization: input.bot_organization,
    };
    let meets = |asked: &Option<String>, found: &Option<String>| asked.is_none() || asked == found;
    requests.retain(|one| {
        let bot = &one.bot;
        meets(&wanted.name, &bot.name)
            && meets(&wanted.category, &bot.category)
            && meets(&wanted.organization, &bot.organization)
    });
    let prefix = input.uri_path_prefix.as_deref();
    requests.retain(|one| prefix.is_none_or(|prefix| one.path.starts_with(prefix)));
    // Under a prefix single paths are told apart, else what lies under the same first segment is
    // one.
    let path_of = |path: &str| match prefix {
        Some(_) => path.to_owned(),
        None => top_level(path).to_owned(),
    };
    let total: u64 = requests.iter().map(|one| one.count).sum();
    let mut paths: BTreeMap<String, Sum> = BTreeMap::new();
    let mut categories: BTreeMap<(String, String), Sum> = BTreeMap::new();
    for one in &requests {
        let path = path_of(&one.path);
        if let Some(category) = &one.bot.category {
            let of_category = categories.entry((category.clone(), path.clone()));
            of_category.or_default().add(one);
        }
        paths.entry(path).or_default().add(one);
    }
    let bots_max = usize::try_from(input.number_of_top_traffic_bots_per_path).unwrap_or(1);
    let filtered = wanted != Bot::default();
    let source = filtered.then_some(FilterSource {
        bot_category: wanted.category,
        bot_organization: wanted.organization,
        bot_name: wanted.name,
    });
    let mut all: Vec<PathStatistics> = paths
        .into_iter()
        .map(|(path, sum)| statistics(source.clone(), path, &sum, total, bots_max))
        .collect();
    sort(&mut all);
    let (path_statistics, next_marker) =
        page_by_place(all, input.next_marker.as_deref(), input.limit)?;
    let mut top_categories: Vec<PathStatistics> = categories
        .into_iter()
        .map(|((category, path), sum)| {
            let source = FilterSource {
                bot_category: Some(category),
                bot_organization: None,
                bot_name: None,
            };
            statistics(Some(source), path, &sum, total, bots_max)
        })
        .collect();
    sort(&mut top_categories);
    top_categories.truncate(usize::try_from(input.limit).unwrap_or(1));
    Ok(GetTopPathStatisticsByTrafficResponse {
        path_statistics,
        total_request_count: count(total),
        next_marker,
        top_categories: (!filtered).then_some(top_categories),
    })
}

/// `/api/` of `/api/v1/users`; a path of one segment is its own.
fn top_level(path: &str) -> &str {
    let slash = path
        .char_indices()
        .skip(1)
        .find(|(_, letter)| *letter == '/');
    let end = slash.map_or(path.len(), |(at, _)| at + 1);
    path.get(..end).unwrap_or(path)
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "a percentage")]
fn percentage(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 * 100.0 / whole as f64
}

fn statistics(
    source: Option<FilterSource>,
    path: String,
    sum: &Sum,
    total: u64,
    bots_max: usize,
) -> PathStatistics {
    let mut bots: Vec<(&String, u64)> = sum.bots.iter().map(|(name, n)| (name, *n)).collect();
    bots.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    bots.truncate(bots_max);
    let bots = bots.into_iter().map(|(name, n)| BotStatistics {
        bot_name: name.clone(),
        request_count: count(n),
        percentage: percentage(n, sum.count),
    });
    PathStatistics {
        source,
        path,
        request_count: count(sum.count),
        percentage: percentage(sum.count, total),
        top_bots: Some(bots.collect()),
    }
}

fn sort(statistics: &mut [PathStatistics]) {
    // Stable: paths with as many requests stay in their order.
    statistics.sort_by_key(|one| std::cmp::Reverse(one.request_count));
}

/// A page of a ranking; its marker is the place in it.
fn page_by_place<T>(
    all: Vec<T>,
    marker: Option<&str>,
    limit: i64,
) -> Result<(Vec<T>, Option<String>), ServiceError> {
    let begin = match marker.map(str::parse::<usize>) {
        None => 0,
        Some(Ok(begin)) => begin,
        Some(Err(_)) => return Err(exception::invalid_marker()),
    };
    let limit = usize::try_from(limit).unwrap_or(1).max(1);
    let end = begin.saturating_add(limit);
    let next = (end < all.len()).then(|| end.to_string());
    let page = all.into_iter().skip(begin).take(limit).collect();
    Ok((page, next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_summed_up_by_their_first_segment() {
        for (path, expected) in [
            ("/", "/"),
            ("/index.html", "/index.html"),
            ("/api/", "/api/"),
            ("/api/v1/users", "/api/"),
            ("//a", "//"),
            ("", ""),
            ("*", "*"),
            ("/é/x", "/é/"),
        ] {
            assert_eq!(top_level(path), expected);
        }
    }

    #[test]
    fn pages_of_a_ranking_follow_each_other() {
        let page = |marker| page_by_place(vec![1, 2, 3], marker, 2).unwrap();
        assert_eq!(page(None), (vec![1, 2], Some("2".to_owned())));
        assert_eq!(page(Some("2")), (vec![3], None));
        assert_eq!(page(Some("18446744073709551615")), (Vec::new(), None));
        assert!(page_by_place(vec![1], Some("-1"), 2).is_err());
    }
}
