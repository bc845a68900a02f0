using LBTool.Core.Expectations;

namespace LBTool.Core.Tests.Expectations;

public class ExpectationErrorTests
{
    [Theory]
    [InlineData("", 0,
        "the expectation is empty: write <metric> <op> <bound>, e.g. p99 < 60ms")]
    [InlineData("   ", 3,
        "the expectation is empty: write <metric> <op> <bound>, e.g. p99 < 60ms")]
    [InlineData("< 5%", 0,
        "an expectation begins with a metric: write <metric> <op> <bound>, e.g. p99 < 60ms. Metrics: pNN, avg, max, errors, lost, requests, rps, share, inflight, max_inflight, imbalance, moved_keys, hit_rate, lost_sessions, attempts, duplicates, amplification, retries, resets, cut, state, transitions, time_to_eject, time_to_readmit, panic, achieved_rate")]
    [InlineData("p99x < 60ms", 0,
        "unknown metric 'p99x', did you mean 'p99'? Metrics: pNN, avg, max, errors, lost, requests, rps, share, inflight, max_inflight, imbalance, moved_keys, hit_rate, lost_sessions, attempts, duplicates, amplification, retries, resets, cut, state, transitions, time_to_eject, time_to_readmit, panic, achieved_rate")]
    [InlineData("p49.9 < 60ms", 0,
        "'p49.9' is out of range: percentiles go from p50 to p99.99; the largest latency is 'max'")]
    [InlineData("p100 < 1s", 0,
        "'p100' is out of range: percentiles go from p50 to p99.99; the largest latency is 'max'")]
    [InlineData("latency < 60ms", 0,
        "unknown metric 'latency'. Metrics: pNN, avg, max, errors, lost, requests, rps, share, inflight, max_inflight, imbalance, moved_keys, hit_rate, lost_sessions, attempts, duplicates, amplification, retries, resets, cut, state, transitions, time_to_eject, time_to_readmit, panic, achieved_rate")]
    [InlineData("erors == 0", 0,
        "unknown metric 'erors', did you mean 'errors'? Metrics: pNN, avg, max, errors, lost, requests, rps, share, inflight, max_inflight, imbalance, moved_keys, hit_rate, lost_sessions, attempts, duplicates, amplification, retries, resets, cut, state, transitions, time_to_eject, time_to_readmit, panic, achieved_rate")]
    [InlineData("p99", 3,
        "a comparison is missing: one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 60ms", 4,
        "a comparison is expected here, not '60ms': one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 = 60ms", 4,
        "unknown comparison '=', did you mean '=='? Use one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 =< 60ms", 4,
        "unknown comparison '=<', did you mean '<='? Use one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 <<< 60ms", 4,
        "unknown comparison '<<<'. Use one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 ~ 60ms", 4,
        "unknown comparison '~'. Use one of <, <=, >, >=, ==, !=")]
    [InlineData("p99 <", 5,
        "a bound is missing: 'p99' is compared with a duration such as 60ms")]
    [InlineData("p99 < during faulted", 6,
        "a bound is missing: 'p99' is compared with a duration such as 60ms")]
    [InlineData("p99 < 5%", 6,
        "'p99' is compared with a duration such as 60ms, and '5%' is a percentage")]
    [InlineData("p99 < 60", 6,
        "'p99' is compared with a duration such as 60ms, and '60' is a plain number")]
    [InlineData("p99 < 60 ms garbage", 6,
        "'60 ms garbage' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("p99 < -60ms", 6,
        "'-60ms' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("p99 < fast", 6,
        "'fast' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("share{backend=b1} < 20ms", 20,
        "'share' is compared with a percentage such as 5%, and '20ms' is a duration")]
    [InlineData("share < 5%", 6,
        "'share' is about one backend: write share{backend=NAME}")]
    [InlineData("errors < 20ms", 9,
        "'errors' is compared with a plain number such as 20 or a percentage such as 5%, and '20ms' is a duration")]
    [InlineData("errors < 5/s", 9,
        "'errors' is compared with a plain number such as 20 or a percentage such as 5%, and '5/s' is a rate")]
    [InlineData("rps > 5%", 6,
        "'rps' is compared with a rate such as 450/s, and '5%' is a percentage")]
    [InlineData("share{backend=b1 < 5%", 5,
        "'{' has no '}': labels are written {backend=NAME}")]
    [InlineData("share{zone=b1} < 5%", 6,
        "unknown label 'zone'. Labels of 'share': backend")]
    [InlineData("share{backends=b1} < 5%", 6,
        "unknown label 'backends', did you mean 'backend'? Labels of 'share': backend")]
    [InlineData("share{backend} < 5%", 6,
        "'backend' is no label: labels are written {backend=NAME}")]
    [InlineData("share{} < 5%", 6,
        "a label is missing: write {backend=NAME}")]
    [InlineData("share{backend=} < 5%", 14,
        "the name of a backend is missing: write {backend=NAME}")]
    [InlineData("share{backend=\"b1\"} < 5%", 14,
        "'\"b1\"' is no name: letters, digits, '_', '-' and '.', without quotes")]
    [InlineData("share{backend=b1,} < 5%", 17,
        "'share' takes one label: {backend=NAME}")]
    [InlineData("share{backend=b1, backend=b2} < 5%", 18,
        "'share' takes one label: {backend=NAME}")]
    [InlineData("achieved_rate{backend=b1} > 5%", 14,
        "'achieved_rate' takes no label")]
    [InlineData("achieved_rate >= 98% during faulted", 21,
        "'achieved_rate' is known for the whole run only: leave 'during …' out")]
    [InlineData("achieved_rate >= 2x baseline", 17,
        "'achieved_rate' is known for the whole run only and cannot be compared with a window")]
    [InlineData("inflight < 2x baseline", 11,
        "'inflight' has a value at every instant and cannot be compared with a window: use 'max_inflight'")]
    [InlineData("requests < 5%", 11,
        "'requests' without a backend is always 100% of itself: write requests{backend=NAME}, a plain number, or use 'rps'")]
    [InlineData("requests < 2x baseline", 11,
        "'requests' without a backend is always 100% of itself: write requests{backend=NAME}, a plain number, or use 'rps'")]
    [InlineData("p99 < 2x", 6,
        "'2x' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("p99 < 2x baseline +", 6,
        "'2x baseline +' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("p99 < 2x baseline + 5%", 20,
        "'p99' is compared with a duration such as 60ms, and '5%' is a percentage")]
    [InlineData("p99 < 2x baseline + 20ms garbage", 20,
        "'20ms garbage' is no bound: 'p99' is compared with a duration such as 60ms")]
    [InlineData("p99 < 60ms during", 17,
        "a window is missing after 'during': the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 60ms during slow-b1.start", 18,
        "'slow-b1.start' is a moment, and 'during' needs a window: the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 60ms during 10s", 18,
        "'10s' is a moment, and 'during' needs a window: the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 60ms during slow b1", 18,
        "'slow b1' is no window: the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 60ms during ..", 18,
        "a moment is missing: a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration")]
    [InlineData("p99 < 60ms during 1s .. soon", 24,
        "'soon' is no moment: a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration")]
    [InlineData("p99 < 60ms during 1s .. 2s .. 3s", 24,
        "'2s .. 3s' is no moment: a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration")]
    [InlineData("p99 < 60ms during a during b", 20,
        "'during' is one too many: an expectation has one 'during' or one 'within'")]
    [InlineData("inflight == 0 during a within 5s of b.start", 23,
        "'within' is one too many: an expectation has one 'during' or one 'within'")]
    [InlineData("p99 < 60ms within 5s of kill.end", 11,
        "'within' asks when a value is first reached, and 'p99' has none at an instant: write during <moment> .. <moment>")]
    [InlineData("inflight == 0 within 5s", 21,
        "'of' is missing: write within <time> of <moment>, or within <time> .. <time> of <moment>")]
    [InlineData("inflight == 0 within of kill.end", 21,
        "a time is missing: write within <time> of <moment>, or within <time> .. <time> of <moment>")]
    [InlineData("inflight == 0 within 5 of kill.end", 21,
        "'5' is no time: a number with a unit: 250ms, 1.5s, 2m, 1h or 100us")]
    [InlineData("inflight == 0 within 5s .. 2s of kill.end", 21,
        "'5s .. 2s' ends before it begins")]
    [InlineData("inflight == 0 within 5s of kill", 27,
        "'kill' is no moment: a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration")]
    [InlineData("inflight == 0 within 5s of", 26,
        "a moment is missing: a time such as 10s, start, end, NAME.start or NAME.end, with + or - a duration")]
    [InlineData("p99 < 60ms during faulted garbage", 18,
        "'faulted garbage' is no window: the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 60ms, errors == 0", 6,
        "'60ms, errors == 0' is no bound: 'p99' is compared with a duration such as 60ms, or with another window: 2x NAME")]
    [InlineData("p99{backend=b1}garbage < 60ms", 15,
        "a comparison is expected here, not 'garbage < 60ms': one of <, <=, >, >=, ==, !=")]
    [InlineData("state == down", 6,
        "'state' is about one backend: write state{backend=NAME}")]
    [InlineData("state{backend=b3} == dwon", 21,
        "unknown state 'dwon', did you mean 'down'? States: unknown, up, ejected, down, draining, drained, disabled")]
    [InlineData("state{backend=b3} > up", 18,
        "states have no order: '>'. Use one of ==, !=")]
    [InlineData("p99 < down", 6,
        "'p99' is compared with a duration such as 60ms, and 'down' is a state")]
    [InlineData("p99 < 1s during state == down", 16,
        "'state == down' is no window: the name of a fault or phase, <moment> .. <moment>, or state{backend=NAME} == STATE")]
    [InlineData("p99 < 1s during state{backend=b3} <= down", 34,
        "states have no order: '<='. Use one of ==, !=")]
    [InlineData("p99 < 1s during state{backend=b3} == 5", 37,
        "unknown state '5'. States: unknown, up, ejected, down, draining, drained, disabled")]
    [InlineData("errors < 500%", 9,
        "'errors' is a part of a whole, 0% … 100%: '500%' can never be reached")]
    [InlineData("share{backend=b1} < 200% during faulted", 20,
        "'share' is a part of a whole, 0% … 100%: '200%' can never be reached")]
    [InlineData("panic <= 300%", 9,
        "'panic' is a part of a whole, 0% … 100%: '300%' can never be reached")]
    [InlineData("errors < 2x before + 101%", 21,
        "'errors' is a part of a whole, 0% … 100%: '101%' can never be reached")]
    [InlineData("requests == 1.5", 12,
        "'requests' is a whole number: '1.5' can never be reached")]
    [InlineData("max < 0ms", 6,
        "'max' is never below 0, so that '< 0ms' never holds: write == 0ms or > 0ms")]
    [InlineData("errors >= 0", 10,
        "'errors' is never below 0, so that '>= 0' always holds: write == 0 or > 0")]
    [InlineData("errors <= 100%", 10,
        "'errors' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("lost <= 100%", 8,
        "'lost' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("requests{backend=b1} <= 100%", 24,
        "'requests' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("share{backend=b1} > 100.0% during faulted", 20,
        "'share' is never above 100%, so that '> 100.0%' never holds: write == 100.0% or < 100.0%")]
    [InlineData("moved_keys <= 100%", 14,
        "'moved_keys' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("hit_rate > 100%", 11,
        "'hit_rate' is never above 100%, so that '> 100%' never holds: write == 100% or < 100%")]
    [InlineData("lost_sessions <= 100%", 17,
        "'lost_sessions' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("panic <= 100%", 9,
        "'panic' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("achieved_rate <= 100%", 17,
        "'achieved_rate' is never above 100%, so that '<= 100%' always holds: write == 100% or < 100%")]
    [InlineData("p99 < 60\0ms", 8,
        "a control character (U+0000) has no place in an expectation")]
    public void What_cannot_be_read_says_what_is_wrong_and_where(string text, int position, string error) =>
        Assert.Equal(new ExpectationParsing(null, error, position), ExpectationParser.Parse(text));

    // Arrivals may be more than the requests, and ratios need not be whole.
    [Theory]
    [InlineData("attempts <= 105%")]
    [InlineData("duplicates < 150%")]
    [InlineData("retries <= 120%")]
    [InlineData("amplification <= 1.2")]
    [InlineData("imbalance <= 1.25")]
    [InlineData("rps >= 1.5")]
    [InlineData("attempts <= 100%")]
    [InlineData("attempts > 100%")]
    [InlineData("imbalance > 1")]
    [InlineData("requests > 1")]
    [InlineData("errors < 100%")]
    [InlineData("errors >= 100%")]
    [InlineData("errors <= 0")]
    [InlineData("max > 0ms")]
    public void What_can_be_reached_is_read(string text) => Assert.Null(ExpectationParser.Parse(text).Error);
}
