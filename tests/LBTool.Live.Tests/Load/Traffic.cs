using LBTool.Core.Measurements;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Load;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Load;

/// <summary>Drives a load against a server and gives what was recorded.</summary>
internal static class Traffic
{
    /// <summary>Far above anything that a test waits for.</summary>
    public static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);

    public static Core.Scenarios.Load Open(double rate, double seconds) => new(
        Executor.ConstantArrivalRate, rate, 0, ArrivalSpacing.Uniform, TimeSpan.FromSeconds(seconds), TimeSpan.Zero, 1, Generous);

    public static Core.Scenarios.Load Closed(int users, double seconds) => new(
        Executor.ConstantVus, 0, users, default, TimeSpan.FromSeconds(seconds), TimeSpan.Zero, 1, Generous);

    public static async Task<Recording> DriveAsync(
        Core.Scenarios.Load load, Uri target, int httpVersion = 1, CancellationTokenSource? stop = null, int? maxOpen = null)
    {
        var clock = new RunClock();
        var recording = new Recording();
        await using var driver = new LoadDriver(
            load, httpVersion, target, ["b0", "b1"], new RandomStream(1), clock, recording, maxOpen: maxOpen);
        clock.Start();
        await driver.RunAsync(stop?.Token ?? CancellationToken.None).WaitAsync(Generous, TestContext.Current.CancellationToken);
        return recording;
    }

    public static RequestRecord[] Ended(this Recording recording) =>
        [.. recording.Requests.Read().OrderBy(request => request.Number)];
}
