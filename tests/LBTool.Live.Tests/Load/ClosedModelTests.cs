using LBTool.Core.Measurements;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Load;

public class ClosedModelTests
{
    [Fact]
    public async Task Each_user_has_one_request_at_a_time()
    {
        var (open, most) = (0, 0);
        var gate = new Lock();
        await using var server = new RawServer(async arrival =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++open);
            }

            await PreciseTimer.Shared.DelayAsync(TimeSpan.FromMilliseconds(20));
            lock (gate)
            {
                open--;
            }

            await arrival.WriteAsync(RawServer.Ok);
        });

        var recording = await Traffic.DriveAsync(Traffic.Closed(users: 7, seconds: 1), server.Address);

        var requests = recording.Ended();
        Assert.Equal(7, most);
        Assert.InRange(requests.Length, 14, 7 * 50); // each takes 20 ms or more
        Assert.Equal(0, recording.Scheduled);
        Assert.All(requests, request =>
        {
            Assert.Equal(RequestOutcome.Ok, request.Outcome);
            Assert.Equal(request.Intended, request.Sent);
        });
        Assert.True(requests.Zip(requests.Skip(1)).All(pair => pair.First.Intended <= pair.Second.Intended), "numbers follow time");
    }

    [Fact]
    public async Task A_timeout_lets_its_user_go_on()
    {
        await using var server = new RawServer(_ => Task.CompletedTask);
        var load = Traffic.Closed(users: 2, seconds: 0.5) with { Timeout = TimeSpan.FromMilliseconds(100) };

        var requests = (await Traffic.DriveAsync(load, server.Address)).Ended();

        Assert.InRange(requests.Length, 4, 10); // 2 users, at most 5 timeouts begin within 0.5 s
        Assert.All(requests, request => Assert.Equal(RequestOutcome.Timeout, request.Outcome));
    }

    [Fact]
    public async Task Stop_ends_the_users()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new RawServer(arrival => arrival.Number == 3 ? stop.CancelAsync() : Task.CompletedTask);

        var recording = await Traffic.DriveAsync(Traffic.Closed(users: 3, seconds: 600), server.Address, stop: stop);

        Assert.Equal(3, recording.Requests.Count);
        Assert.All(recording.Ended(), request => Assert.Equal(RequestOutcome.Aborted, request.Outcome));
    }
}
