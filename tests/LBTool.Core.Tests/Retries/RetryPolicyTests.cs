using LBTool.Core.Balancing;
using LBTool.Core.Retries;

namespace LBTool.Core.Tests.Retries;

public class RetryPolicyTests
{
    [Theory]
    [InlineData("connect-failed", LeaseOutcome.ConnectFailed, 0)]
    [InlineData("reset", LeaseOutcome.Broken, 0)]
    [InlineData("reset", LeaseOutcome.Cut, 0)]
    [InlineData("timeout", LeaseOutcome.Timeout, 0)]
    [InlineData("5xx", LeaseOutcome.ServerError, 500)]
    [InlineData("5xx", LeaseOutcome.ServerError, 599)]
    [InlineData("503", LeaseOutcome.ServerError, 503)]
    [InlineData("429", LeaseOutcome.Ok, 429)]
    public void A_condition_covers_its_own_end_and_no_other(string condition, LeaseOutcome outcome, int status)
    {
        var on = RetryConditions.Parse([condition])!;

        Assert.True(on.Cover(outcome, status));
        Assert.False(on.Cover(LeaseOutcome.Ok, 200));
        Assert.False(on.Cover(LeaseOutcome.Abandoned, 0));
        var failures = new[] { LeaseOutcome.ConnectFailed, LeaseOutcome.Broken, LeaseOutcome.Cut, LeaseOutcome.Timeout };
        var covered = failures.Where(failure => on.Cover(failure, 0)).ToArray();
        Assert.Equal(condition == "reset" ? [LeaseOutcome.Broken, LeaseOutcome.Cut] : failures.Where(failure => failure == outcome), covered);
    }

    [Theory]
    [InlineData("")]
    [InlineData("399")]
    [InlineData("600")]
    [InlineData("refused")]
    [InlineData("+503")]
    public void Anything_else_is_no_condition(string condition) => Assert.Null(RetryConditions.Parse([condition]));

    [Fact]
    public void The_last_attempt_is_the_last()
    {
        var policy = Policy(attempts: 3);

        Assert.True(policy.Allows(Reset(number: 2)));
        Assert.False(policy.Allows(Reset(number: 3)));
    }

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    [InlineData(false, false, true)]
    public void A_request_that_is_not_idempotent_is_sent_twice_only_when_asked(bool idempotentOnly, bool isIdempotent, bool again) =>
        Assert.Equal(again, (Policy() with { IdempotentOnly = idempotentOnly }).Allows(Reset(isIdempotent: isIdempotent)));

    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(1000, 1000, true)]
    [InlineData(1000, 1001, false)]
    [InlineData(1000, long.MaxValue, false)]
    public void A_body_that_was_sent_is_sent_again_only_when_it_was_kept(int kept, long length, bool again) =>
        Assert.Equal(again, (Policy() with { MaxBody = kept }).Allows(Reset(body: length)));

    [Fact]
    public void What_could_not_be_sent_at_all_may_be_anything() =>
        Assert.True(Policy().Allows(new EndedTry(1, LeaseOutcome.ConnectFailed, 0, IsIdempotent: false, BodyBytes: long.MaxValue)));

    [Theory]
    [InlineData("GET", true)]
    [InlineData("HEAD", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("OPTIONS", true)]
    [InlineData("TRACE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    [InlineData("get", false)]
    public void Idempotence_is_a_matter_of_the_method(string method, bool isIdempotent) =>
        Assert.Equal(isIdempotent, Idempotence.Of(method));

    [Fact]
    public void A_retry_that_is_not_allowed_costs_no_budget()
    {
        var retrier = new Retrier(Policy() with { Budget = new RetryBudgetSpec(1, 0) });
        retrier.Count(TimeSpan.Zero);

        Assert.False(retrier.TryAgain(Reset(number: 2), TimeSpan.Zero));
        Assert.True(retrier.TryAgain(Reset(), TimeSpan.Zero));
        Assert.False(retrier.TryAgain(Reset(), TimeSpan.Zero));
    }

    private static RetryPolicy Policy(int attempts = 2) =>
        new(attempts, RetryConditions.Parse(["connect-failed", "reset"])!, new RetryBudgetSpec(null, 0));

    private static EndedTry Reset(int number = 1, bool isIdempotent = true, long body = 0) =>
        new(number, LeaseOutcome.Broken, 0, isIdempotent, body);
}
