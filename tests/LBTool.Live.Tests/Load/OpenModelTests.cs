using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Load;

public class OpenModelTests
{
    [Fact]
    public async Task Sends_each_arrival_of_the_schedule_once_and_never_early()
    {
        await using var server = new RawServer(RawServer.Ok);

        var recording = await Traffic.DriveAsync(Traffic.Open(rate: 400, seconds: 1), server.Address);

        var requests = recording.Ended();
        Assert.Equal(400, recording.Scheduled);
        Assert.Equal(0, recording.Dropped);
        Assert.Equal(Enumerable.Range(1, 400).Select(i => (long)i), requests.Select(request => request.Number));
        Assert.Equal(Enumerable.Range(0, 400).Select(i => i * 2.5), requests.Select(request => request.Intended.TotalMilliseconds));
        Assert.All(requests, request =>
        {
            Assert.True(request.Sent >= request.Intended, "sent early");
            Assert.True(request.FirstByte >= request.Sent && request.Done >= request.FirstByte, "times out of order");
            Assert.Equal((RequestOutcome.Ok, 200, 1), (request.Outcome, request.Status, request.Backend));
        });
        Assert.Equal(requests.Select(request => request.Number), server.Arrivals.Select(arrival => arrival.Number).Order());
    }

    [Fact]
    public async Task Poisson_arrivals_follow_the_seeded_schedule()
    {
        await using var server = new RawServer(RawServer.Ok);
        var load = Traffic.Open(rate: 400, seconds: 1) with { Arrivals = ArrivalSpacing.Poisson };

        var requests = (await Traffic.DriveAsync(load, server.Address)).Ended();

        // Mean 400, deviation 20: 4 deviations are left once in 16,000 seeds.
        Assert.InRange(requests.Length, 320, 480);
        Assert.All(requests, request => Assert.True(request.Sent >= request.Intended, "sent early"));
        Assert.True(requests.Zip(requests.Skip(1)).All(pair => pair.First.Intended <= pair.Second.Intended), "numbers follow time");
    }

    // A driver that waits for answers would send one request into the stall and hide the other hundred.
    [Fact]
    public async Task A_stalled_server_shows_in_every_request_that_was_due_meanwhile()
    {
        var stall = TimeSpan.FromMilliseconds(500);
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async arrival =>
        {
            if (arrival.Number == 50)
            {
                await PreciseTimer.Shared.DelayAsync(stall);
                over.SetResult();
            }
            else if (arrival.Number > 50)
            {
                await over.Task;
            }

            await arrival.WriteAsync(RawServer.Ok);
        });

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 200, seconds: 1), server.Address)).Ended();

        Assert.Equal(200, requests.Length);
        Assert.True(requests.Max(request => request.Latency) >= stall, "the stall's first victim waits for all of it");

        // Request 50 + k is due 5 k ms into the stall or earlier, and so waits for 500 − 5 k ms or more.
        Assert.All(requests[50..130], request =>
            Assert.True(request.Latency >= TimeSpan.FromMilliseconds(500 - (5 * (request.Number - 50))), "waits for the rest of the stall"));
    }

    [Fact]
    public async Task A_request_without_an_answer_ends_at_its_timeout()
    {
        await using var server = new RawServer(_ => Task.CompletedTask);
        var load = Traffic.Open(rate: 50, seconds: 0.2) with { Timeout = TimeSpan.FromMilliseconds(150) };

        var requests = (await Traffic.DriveAsync(load, server.Address)).Ended();

        Assert.Equal(10, requests.Length);
        Assert.All(requests, request =>
        {
            Assert.Equal((RequestOutcome.Timeout, 0, -1), (request.Outcome, request.Status, request.Backend));
            Assert.True(request.Done - request.Sent >= load.Timeout, "timed out early");
            Assert.Equal(request.Done, request.FirstByte);
        });
    }

    [Fact]
    public async Task A_body_that_never_ends_is_a_timeout_with_the_status_of_its_head()
    {
        await using var server = new RawServer("HTTP/1.1 200 OK\r\nContent-Length: 50\r\nx-lb-backend: b0\r\n\r\nhel");
        var load = Traffic.Open(rate: 1, seconds: 1) with { Timeout = TimeSpan.FromSeconds(2) };

        var request = Assert.Single((await Traffic.DriveAsync(load, server.Address)).Ended());

        Assert.Equal((RequestOutcome.Timeout, 200, 0), (request.Outcome, request.Status, request.Backend));
        Assert.True(request.FirstByte < request.Done, "the head came before the deadline");
    }

    // 20 arrivals in a second at a server that never answers, at most 4 open: 16 are dropped. The last 10 of the 20
    // come after the warm-up, and only they are counted.
    [Fact]
    public async Task Arrivals_over_the_bound_are_dropped_and_counted_once_warm()
    {
        await using var server = new RawServer(_ => Task.CompletedTask);
        var load = Traffic.Open(rate: 20, seconds: 1) with
        {
            Timeout = TimeSpan.FromSeconds(3),
            Warmup = TimeSpan.FromMilliseconds(500),
        };

        var recording = await Traffic.DriveAsync(load, server.Address, maxOpen: 4);

        Assert.Equal(4, recording.Requests.Count);
        Assert.Equal((10, 10), (recording.Scheduled, recording.Dropped));
    }

    [Fact]
    public async Task Stop_ends_all_that_is_open_as_aborted()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new RawServer(arrival => arrival.Number == 20 ? stop.CancelAsync() : Task.CompletedTask);

        var recording = await Traffic.DriveAsync(Traffic.Open(rate: 100, seconds: 600), server.Address, stop: stop);

        Assert.InRange(recording.Scheduled, 20, 6000);
        Assert.Equal(recording.Scheduled, recording.Requests.Count);
        Assert.All(recording.Ended(), request => Assert.Equal(RequestOutcome.Aborted, request.Outcome));
    }

    [Fact]
    public async Task Stop_before_the_start_sends_nothing()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await using var server = new RawServer(RawServer.Ok);

        var recording = await Traffic.DriveAsync(Traffic.Open(rate: 100, seconds: 600), server.Address, stop: stop);

        Assert.Equal(0, recording.Scheduled);
        Assert.Empty(server.Arrivals);
    }
}
