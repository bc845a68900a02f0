using LBTool.Core.Balancing;
using LBTool.Core.Randomness;

namespace LBTool.Core.Tests.Balancing;

public class TakeOtherTests
{
    public static TheoryData<string> Algorithms => [.. Balancers.All.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public void Never_one_that_was_tried_until_all_were(string algorithm)
    {
        var pool = PoolOf(algorithm, 5);
        for (var key = 0UL; key < 200; key++)
        {
            var context = new PickContext(TimeSpan.Zero, KeyHash.Of(BitConverter.GetBytes(key)));
            Assert.True(pool.TryTake(context, out var first));
            var tried = new List<int> { first.Backend.Index };
            while (pool.TryTakeOther(context, [.. tried], out var next))
            {
                Assert.DoesNotContain(next.Backend.Index, tried);
                tried.Add(next.Backend.Index);
                next.EndOk();
            }

            Assert.Equal([0, 1, 2, 3, 4], tried.Order());
            first.EndOk();
        }

        Assert.Equal(0, pool.InFlight);
    }

    // Of 600 keys whose backend is gone each of the 3 others gets 200 on average, with a deviation of 11.5; 60 is 5 of them.
    [Theory]
    [InlineData("ip-hash")]
    [InlineData("consistent-hash")]
    [InlineData("maglev")]
    [InlineData("rendezvous")]
    public void Keys_of_one_that_does_not_answer_are_spread_over_the_others(string algorithm)
    {
        var pool = PoolOf(algorithm, 4);
        var counts = new int[4];
        for (var (key, moved) = (0UL, 0); moved < 600; key++)
        {
            var context = new PickContext(TimeSpan.Zero, KeyHash.Of(BitConverter.GetBytes(key)));
            pool.TryTake(context, out var first);
            first.EndOk();
            if (first.Backend.Index == 0)
            {
                pool.TryTakeOther(context, [0], out var other);
                counts[other.Backend.Index]++;
                other.EndOk();
                moved++;
            }
        }

        Assert.Equal(0, counts[0]);
        Assert.All(counts[1..], count => Assert.InRange(count, 140, 260));
    }

    [Fact]
    public void There_is_no_other_than_the_only_one()
    {
        var pool = PoolOf("round-robin", 1);
        Assert.False(pool.TryTakeOther(new PickContext(TimeSpan.Zero), [0], out _));
        Assert.True(pool.TryTakeOther(new PickContext(TimeSpan.Zero), [], out _));
        Assert.Equal(1, pool.InFlight);
    }

    private static Pool PoolOf(string algorithm, int count)
    {
        var row = Balancers.Find(algorithm)!;
        return new Pool(
            Enumerable.Range(0, count).Select(index => new Backend($"b{index + 1}", index)),
            row.Create(row.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Default), new RandomStream(1)));
    }
}
