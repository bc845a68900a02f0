using System.Collections.Concurrent;
using System.Diagnostics;
using LBTool.Core.Balancing;
using LBTool.Core.Health;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;

namespace LBTool.Core.Tests.Health;

public class HealthBoardThreadsTests
{
    private const int Changes = 2_000;
    private static readonly ActiveCheck Check = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), Fall: 1, Rise: 1);

    // Real threads and a real clock: the stamp of a lease and that of a change are read by different threads.
    [Fact]
    public async Task No_lease_starts_on_a_backend_between_the_stamps_of_down_and_up()
    {
        var zero = Stopwatch.GetTimestamp();
        TimeSpan Clock() => Stopwatch.GetElapsedTime(zero);
        var (events, leases) = (new EventBook(), new ConcurrentBag<TimeSpan>());
        var pool = new Pool(Enumerable.Range(1, 3).Select(number => new Backend($"b{number}", number - 1)), new RoundRobin());
        var board = new HealthBoard(pool, new HealthRules(Check), events, Clock);
        using var over = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
            {
                if (pool.TryTake(new PickContext(Clock()), out var lease))
                {
                    if (lease.Backend.Index == 0)
                    {
                        leases.Add(lease.Start);
                    }

                    lease.End(Clock(), LeaseOutcome.Ok);
                }
            }
        })).ToArray();

        for (var change = 0; change < Changes; change++)
        {
            board.ObserveProbe(pool.Backends[0], new ProbeResult(change % 2 == 1, ""), Clock(), Clock());
            await Task.Yield();

            // On a busy machine the changes would all be over before the first request.
            await Eventually(() => change != (Changes / 2) + 1 || !leases.IsEmpty);
        }

        await over.CancelAsync();
        await Task.WhenAll(requests);
        var states = new StateSteps(BackendState.Unknown, events.All.Where(happened => happened.Kind == RunEventKind.StateChange));
        var down = states.Stretches(new Window(TimeSpan.Zero, TimeSpan.MaxValue), state => state == BackendState.Down).ToArray();
        Assert.Equal(Changes / 2, down.Length);
        Assert.NotEmpty(leases);
        Assert.DoesNotContain(leases, start => IsWithin(down, start));
    }

    private static async Task Eventually(Func<bool> holds)
    {
        var latest = Stopwatch.GetTimestamp() + (30 * Stopwatch.Frequency);
        while (!holds() && Stopwatch.GetTimestamp() < latest)
        {
            await Task.Yield();
        }
    }

    private static bool IsWithin(Window[] stretches, TimeSpan instant)
    {
        var next = Array.FindIndex(stretches, stretch => stretch.Until > instant);
        return next >= 0 && stretches[next].Contains(instant);
    }
}
