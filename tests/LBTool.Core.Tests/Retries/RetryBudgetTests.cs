using LBTool.Core.Retries;

namespace LBTool.Core.Tests.Retries;

public class RetryBudgetTests
{
    [Fact]
    public void It_allows_its_share_of_the_requests_and_no_more()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(0.2, 0));
        Count(budget, 100, At(0));

        Assert.Equal(20, Spend(budget, 100, At(0.5)));
    }

    [Fact]
    public void The_minimum_is_allowed_for_the_whole_window_besides()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(0.2, 3));

        Assert.Equal(30, Spend(budget, 100, At(0)));
        Count(budget, 10, At(0));
        Assert.Equal(2, Spend(budget, 100, At(0)));
    }

    // The window holds the second that goes on and the nine before.
    [Fact]
    public void Requests_and_retries_are_forgotten_after_ten_seconds()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(0.5, 0));
        Count(budget, 10, At(0.9));
        Assert.Equal(5, Spend(budget, 100, At(9.9)));

        Count(budget, 10, At(10));
        Assert.Equal(0, Spend(budget, 100, At(10)));
        Count(budget, 10, At(18.9));

        Assert.Equal(5, Spend(budget, 100, At(18.9)));
        Assert.Equal(5, Spend(budget, 100, At(19)));
    }

    [Fact]
    public void Without_a_share_every_retry_is_allowed()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(null, 0));

        Assert.Equal(1000, Spend(budget, 1000, At(0)));
    }

    [Fact]
    public void Times_before_the_load_count_too()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(1, 0));
        Count(budget, 3, At(-12.5));

        Assert.Equal(3, Spend(budget, 10, At(-12.5)));
    }

    [Fact]
    public async Task Nothing_is_lost_or_allowed_twice_between_threads()
    {
        var budget = new RetryBudget(new RetryBudgetSpec(0.25, 0));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Count(budget, 10_000, At(1)))));

        var spent = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Spend(budget, 10_000, At(2)))));

        Assert.Equal(10_000, spent.Sum());
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Count(RetryBudget budget, int requests, TimeSpan now)
    {
        for (var request = 0; request < requests; request++)
        {
            budget.Count(now);
        }
    }

    private static int Spend(RetryBudget budget, int tries, TimeSpan now) =>
        Enumerable.Range(0, tries).Count(_ => budget.TrySpend(now));
}
