using System.Net;
using LBTool.Core.HttpFaults;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Backends;

/// <summary>What can be done to a backend's process.</summary>
public class ProcessTests
{
    private static readonly TimeSpan Ages = TimeSpan.FromMinutes(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_restart_aborts_work_and_queue_and_serves_again_on_the_same_port(int version)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", Ages, concurrency: 2, queue: 2), version);
        var lost = rig.SendMany(4);
        await Eventually.TrueAsync(() => rig.Backend.Queued == 2 && rig.Backend.InFlight == 4, "two are served, two wait");

        rig.Backend.Restart();

        foreach (var request in lost)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => request);
        }

        await Eventually.TrueAsync(() => rig.Backend.InFlight == 0, "nothing of the old work is left");
        Assert.Equal((0, 0L), (rig.Backend.Queued, rig.Backend.Served));

        // Its places are free: two are served, none waits.
        var next = rig.SendMany(2);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 2, "two new requests have arrived");
        Assert.Equal(0, rig.Backend.Queued);
        await rig.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(next));
    }

    [Fact]
    public async Task Stopping_answers_what_is_in_flight_queue_included_and_closes()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", concurrency: 2));
        rig.Backend.Add("hang", new HttpEffect(1, new HttpHang()));
        var open = rig.SendMany(4);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 4 && rig.Backend.Queued == 2, "two are served, two wait");

        var stopping = rig.Backend.StopAsync(Stop);
        Assert.False(stopping.IsCompleted);
        rig.Backend.Remove("hang");
        await stopping;

        Assert.Equal(0, rig.Backend.InFlight);
        foreach (var answer in await Task.WhenAll(open))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Headers.ConnectionClose);
            answer.Dispose();
        }

        await Unwelcome.IsAsync(() => rig.Client.GetAsync("/", Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task After_a_stop_it_starts_again_on_the_same_port(int version)
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1"), version);
        await rig.Client.GetStringAsync("/", Stop);
        var address = rig.Backend.EndPoint;

        // Closes the idle connection too, or it would not return.
        await rig.Backend.StopAsync(Stop);
        await rig.Backend.StartAsync(Stop);

        // A new client: the old one may still believe in its connection.
        using var client = Rig.NewClient(rig.Backend.EndPoint, version);
        Assert.Equal(address, rig.Backend.EndPoint);
        Assert.StartsWith("b1\n", await client.GetStringAsync("/", Stop));
    }

    [Fact]
    public async Task A_stop_that_is_cut_resets_what_is_left()
    {
        await using var rig = await BackendRig.StartAsync(Rig.Spec("b1", Ages));
        var open = rig.SendMany(3);
        await Eventually.TrueAsync(() => rig.Backend.InFlight == 3, "all have arrived");
        using var cut = new CancellationTokenSource();

        var stopping = rig.Backend.StopAsync(cut.Token);
        await PreciseTimer.Shared.DelayAsync(TimeSpan.FromMilliseconds(20), Stop);
        Assert.False(stopping.IsCompleted);
        await cut.CancelAsync();
        await stopping;

        foreach (var request in open)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => request);
        }

        await Eventually.TrueAsync(() => rig.Backend.InFlight == 0, "nothing is left");
    }
}
