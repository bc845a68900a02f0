using LBTool.Core.Expectations;
using LBTool.Core.Measurements;
using LBTool.Core.Tests.Measurements;

namespace LBTool.Core.Tests.Expectations;

/// <summary>Metrics of where requests went, and of what backends found there.</summary>
public class PlacementTests
{
    // 6, 3 and 1 of 10 picks, where each of three backends is due a third.
    [Theory]
    [InlineData("imbalance == 1.8", Verdict.Passed)]
    [InlineData("imbalance < 1.8", Verdict.Failed)]
    [InlineData("imbalance <= 1x even during sick", Verdict.Failed)]
    public void Imbalance_is_the_most_of_what_is_due(string expectation, Verdict verdict)
    {
        var run = new HandMadeRun().Phase("even", "0s", "5s").Fault("sick", "5s", 5000);
        foreach (var (backend, place) in new[] { 0, 1, 2, 0, 1, 0, 0, 0, 0, 1 }.Select((backend, place) => (backend, place)))
        {
            run.Request(place * 1000, 10, backend);
        }

        Assert.Equal(verdict, run.Judged(expectation).Verdict);
    }

    [Fact]
    public void Without_a_request_there_is_no_balance() =>
        Assert.Equal(Verdict.Inconclusive, new HandMadeRun().Judged("imbalance < 2").Verdict);

    // Clients 1 … 4 are at b1, b2, b1, b2; in the window client 1 goes to b2, client 2 to b1 and back, client 3 stays, and
    // client 4 is not seen.
    [Fact]
    public void A_key_has_moved_when_any_request_in_the_window_went_elsewhere()
    {
        var run = new HandMadeRun { Clients = 4 }.Fault("sick", "5s", 5000);
        int[] backends = [0, 1, 0, 1, /* from 5 s on */ 1, 0, 0, -1, 1, 1, 0, -1];
        for (var place = 0; place < backends.Length; place++)
        {
            run.Request(place < 4 ? place : 5000 + place, 1, backends[place]);
        }

        var outcome = run.Judged("moved_keys == 0% during sick");
        Assert.Equal((Verdict.Failed, "66.67%", 3), (outcome.Verdict, outcome.Actual, outcome.Samples));
    }

    [Fact]
    public void Keys_that_nobody_asked_for_before_have_not_moved() =>
        Assert.Equal(Verdict.Inconclusive, new HandMadeRun().Requests(10, 1).Judged("moved_keys < 50%").Verdict);

    [Fact]
    public void The_hit_rate_is_of_what_was_looked_up()
    {
        var run = new HandMadeRun().Requests(10, 1);
        for (var at = 0; at < 8; at++)
        {
            run.Found(at < 2 ? Finding.CacheMiss : Finding.CacheHit, at, backend: at % 2);
        }

        Assert.Equal("75%", run.Judged("hit_rate > 99%").Actual);
        Assert.Equal(4, run.Judged("hit_rate{backend=b2} > 99%").Samples);
        Assert.Equal(Verdict.Inconclusive, run.Judged("hit_rate{backend=b3} > 99%").Verdict);
    }

    // Session 7 begins at b1, is known there, and is missing at b2 once; session 8 is the client's own at its first visit.
    [Theory]
    [InlineData("lost_sessions == 1", Verdict.Passed)]
    [InlineData("lost_sessions{backend=b2} == 1", Verdict.Passed)]
    [InlineData("lost_sessions{backend=b1} == 0", Verdict.Passed)]
    [InlineData("lost_sessions <= 25%", Verdict.Passed)]
    [InlineData("lost_sessions < 25%", Verdict.Failed)]
    [InlineData("lost_sessions == 0 during 0s .. 2s", Verdict.Passed)]
    public void A_session_is_lost_where_it_is_missing_and_somebody_had_it(string expectation, Verdict verdict)
    {
        var run = new HandMadeRun().Requests(10, 1)
            .Found(Finding.SessionNew, 100, backend: 0, session: 7)
            .Found(Finding.SessionKnown, 200, backend: 0, session: 7)
            .Found(Finding.SessionMissing, 300, backend: 0, session: 8)
            .Found(Finding.SessionMissing, 3000, backend: 1, session: 7)
            .Found(Finding.SessionKnown, 3100, backend: 1, session: 7);
        Assert.Equal(verdict, run.Judged(expectation).Verdict);
    }

    [Fact]
    public void Where_nobody_brings_a_session_none_is_lost_and_none_is_kept() =>
        Assert.Equal(Verdict.Inconclusive, new HandMadeRun().Requests(10, 1).Found(Finding.SessionNew, 1, session: 1).Judged("lost_sessions == 0").Verdict);
}
