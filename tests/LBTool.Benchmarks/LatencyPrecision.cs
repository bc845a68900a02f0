using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Faults;
using LBTool.Live.Timing;

namespace LBTool.Benchmarks;

/// <summary>
/// How exactly an injected latency of 100 ms arrives: round trips of a byte through one proxy, first without a toxic,
/// then with it, at 1 and at 50 connections. "added" is the distance to the median (for the minimum: to the minimum) without a
/// toxic in the same run, in which each connection pauses for 100 ms between round trips: both make the same load.
/// </summary>
internal static class LatencyPrecision
{
    private static readonly TimeSpan Injected = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync()
    {
        Console.WriteLine("injected 100 ms, downstream; all times in ms");
        Console.WriteLine("connections  round trips  plain p50  added min  added p50  added p99  round trip min");
        await MeasureAsync(connections: 1, roundTrips: 200);
        await MeasureAsync(connections: 50, roundTrips: 60);
    }

    private static async Task MeasureAsync(int connections, int roundTrips)
    {
        using var echo = Loopback.Listen(Loopback.EchoAsync);
        await using var proxy = new FaultProxy(
            "measured", new IPEndPoint(IPAddress.Loopback, 0), echo.LocalEndPoint!, new RandomStream(1));
        proxy.Start();
        var sockets = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Loopback.ConnectAsync(proxy.Listen)));

        await AllAsync(sockets, roundTrips, pause: TimeSpan.Zero);
        var plain = await AllAsync(sockets, roundTrips, pause: Injected);
        var attributes = ImmutableSortedDictionary<string, double>.Empty.Add("latency", Injected.TotalMilliseconds);
        proxy.Add("slow", new ToxicEffect("latency", StreamDirection.Downstream, 1, attributes));
        var slow = await AllAsync(sockets, roundTrips, pause: TimeSpan.Zero);

        var baseline = At(plain, 0.5);
        Console.WriteLine(
            $"{connections,11}  {slow.Length,11}  {baseline,9:0.000}  {slow[0] - plain[0],9:0.000}  {At(slow, 0.5) - baseline,9:0.000}  {At(slow, 0.99) - baseline,9:0.000}  {slow[0],14:0.000}");
        Array.ForEach(sockets, socket => socket.Dispose());
    }

    // Sorted times of all round trips. Connections start at distinct points of time, so that their waits do not coincide.
    private static async Task<double[]> AllAsync(Socket[] sockets, int roundTrips, TimeSpan pause)
    {
        var times = await Task.WhenAll(sockets.Select(async (socket, index) =>
        {
            await PreciseTimer.Shared.DelayAsync(Injected * index / sockets.Length);
            return await RoundTripsAsync(socket, roundTrips, pause);
        }));
        return [.. times.SelectMany(time => time).Order()];
    }

    private static async Task<double[]> RoundTripsAsync(Socket socket, int count, TimeSpan pause)
    {
        var times = new double[count];
        var buffer = new byte[1];
        for (var i = 0; i < count; i++)
        {
            await PreciseTimer.Shared.DelayAsync(pause);
            var start = Stopwatch.GetTimestamp();
            await socket.SendAsync(buffer.AsMemory());
            await socket.ReceiveAsync(buffer.AsMemory());
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return times;
    }

    private static double At(double[] sorted, double quantile) => sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1];
}
