using LBTool.Core.Measurements;

namespace LBTool.Live.Tests.Load;

public class ClosedModelTests
{
    [Fact]
    public async Task Each_user_has_one_request_at_a_time()
    {
        const int Users = 7, Requests = 20 * Users;
        var (open, most) = (0, 0);
        var gate = new Lock();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        await using var server = new RawServer(async arrival =>
        {
            lock (gate)
            {
                most = Math.Max(most, ++open);
                if (open == Users)
                {
                    all.TrySetResult();
                }
            }

            await all.Task;
            lock (gate)
            {
                open--;
            }

            await (arrival.Number < Requests ? arrival.WriteAsync(RawServer.Ok) : stop.CancelAsync());
        });

        var recording = await Traffic.DriveAsync(Traffic.Closed(Users, seconds: 600), server.Address, stop: stop);

        // The stop cuts those that were open.
        var requests = recording.Ended();
        Assert.Equal(Users, most);
        Assert.InRange(requests.Length, Requests, Requests + Users - 1);
        Assert.InRange(requests.Count(request => request.Outcome == RequestOutcome.Ok), Requests - Users, Requests - 1);
        Assert.Equal(0, recording.Scheduled);
        Assert.All(requests, request =>
        {
            Assert.True(request.Outcome is RequestOutcome.Ok or RequestOutcome.Aborted);
            Assert.Equal(request.Intended, request.Sent);
        });
        Assert.True(requests.Zip(requests.Skip(1)).All(pair => pair.First.Intended <= pair.Second.Intended), "numbers follow time");
    }

    [Fact]
    public async Task A_timeout_lets_its_user_go_on()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new RawServer(arrival => arrival.Number == 9 ? stop.CancelAsync() : Task.CompletedTask);
        var load = Traffic.Closed(users: 2, seconds: 600) with { Timeout = TimeSpan.FromMilliseconds(100) };

        var requests = (await Traffic.DriveAsync(load, server.Address, stop: stop)).Ended();

        // The stop cuts what the two have open.
        var timeouts = requests.Where(request => request.Outcome == RequestOutcome.Timeout).ToArray();
        Assert.True(requests.Length >= 9);
        Assert.InRange(requests.Length - timeouts.Length, 0, 2);
        Assert.All(timeouts, request => Assert.True(request.Done - request.Sent >= load.Timeout, "timed out early"));
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
