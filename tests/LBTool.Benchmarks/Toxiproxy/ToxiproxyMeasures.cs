using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Live.Timing;

namespace LBTool.Benchmarks.Toxiproxy;

/// <summary>The single measurements, each of one Toxiproxy server.</summary>
internal static class ToxiproxyMeasures
{
    private const int RequestBytes = 200;
    private const int IdleConnections = 1000;
    private const int LoadThreads = 4;
    private static readonly TimeSpan Injected = TimeSpan.FromMilliseconds(100);

    /// <summary>Small round trips without a toxic: how many a second, and the server's processor time for each in µs.</summary>
    public static async Task<(double PerSecond, double Microseconds)> RequestsAsync(ToxiproxyChild server, int connections, int turns)
    {
        using var listener = ProxiedPair.Listen();
        var pairs = ProxiedPair.Open(await server.CreateProxyAsync(listener.LocalEndPoint!), listener, connections);
        ExchangeInThreads(pairs, Math.Max(1, turns / 10));
        var (cpu, start) = (server.CpuTime, Stopwatch.GetTimestamp());
        ExchangeInThreads(pairs, turns);
        var (seconds, requests) = (Stopwatch.GetElapsedTime(start).TotalSeconds, (double)turns * connections);
        var microseconds = (server.CpuTime - cpu).TotalMicroseconds / requests;
        Array.ForEach(pairs, pair => pair.Dispose());
        return (requests / seconds, microseconds);
    }

    /// <summary>Throughput in MB/s of <paramref name="bytes"/> from client to server, with at most one toxic.</summary>
    public static async Task<double> ThroughputAsync(ToxiproxyChild server, long bytes, string? toxic = null)
    {
        using var listener = ProxiedPair.Listen();
        using var pair = ProxiedPair.Open(await server.CreateProxyAsync(listener.LocalEndPoint!, toxic), listener, 1)[0];
        var start = Stopwatch.GetTimestamp();
        var sending = new Thread(() => Send(pair.Client, bytes));
        sending.Start();
        var buffer = new byte[256 * 1024];
        for (var left = bytes; left > 0;)
        {
            left -= pair.Server.Receive(buffer) is > 0 and var count ? count : throw new InvalidOperationException("The proxy closed early.");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        sending.Join();
        return bytes / 1e6 / seconds;
    }

    /// <summary>
    /// Times in ms of one-byte round trips, without a toxic and with a latency of 100 ms; in the first case each connection
    /// pauses for as long, so that both make the same load.
    /// </summary>
    public static async Task<(double[] Plain, double[] Slow)> LatencyAsync(ToxiproxyChild server, int connections, int roundTrips)
    {
        using var listener = ProxiedPair.Listen();
        var plain = await server.CreateProxyAsync(listener.LocalEndPoint!);
        var slow = await server.CreateProxyAsync(
            listener.LocalEndPoint!, $$$"""{"type":"latency","attributes":{"latency":{{{Injected.TotalMilliseconds}}}}}""");
        return (RoundTrips(plain, listener, connections, roundTrips, Injected), RoundTrips(slow, listener, connections, roundTrips, TimeSpan.Zero));
    }

    /// <summary>How much resident memory 1,000 connections add, in KB each, once each has carried a round trip.</summary>
    public static async Task<double> IdleMemoryAsync(string[] command)
    {
        await using var server = await ToxiproxyChild.StartAsync(command);
        using var listener = ProxiedPair.Listen();
        var proxy = await server.CreateProxyAsync(listener.LocalEndPoint!);
        var first = ProxiedPair.Open(proxy, listener, 20);
        Exchange(first, 100);
        await Task.Delay(500);
        var before = server.ResidentBytes;
        var pairs = ProxiedPair.Open(proxy, listener, IdleConnections);
        Exchange(pairs, 1);
        await Task.Delay(500);
        var added = server.ResidentBytes - before;
        Array.ForEach([.. first, .. pairs], pair => pair.Dispose());
        return added / 1024.0 / IdleConnections;
    }

    // Several, so that the load does not set the pace.
    private static void ExchangeInThreads(ProxiedPair[] pairs, int turns) => InThreads(
        [.. pairs.Chunk(pairs.Length / LoadThreads).Select(part => (ThreadStart)(() => Exchange(part, turns)))]);

    private static void Exchange(ProxiedPair[] pairs, int turns)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            Array.ForEach(pairs, pair => pair.Ask(RequestBytes));
            Array.ForEach(pairs, pair => pair.Answer(RequestBytes));
            Array.ForEach(pairs, pair => pair.Hear(RequestBytes));
        }
    }

    // A thread for each connection; they begin at distinct points of time, so that their waits do not coincide.
    private static double[] RoundTrips(EndPoint proxy, Socket listener, int connections, int count, TimeSpan pause)
    {
        var pairs = ProxiedPair.Open(proxy, listener, connections);
        var times = new double[connections * count];
        InThreads([.. pairs.Select((pair, index) => (ThreadStart)(() =>
        {
            Pause(Injected * index / connections);
            for (var i = 0; i < count; i++)
            {
                Pause(pause);
                var start = Stopwatch.GetTimestamp();
                pair.Ask(1);
                pair.Answer(1);
                pair.Hear(1);
                times[(index * count) + i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }))]);
        Array.ForEach(pairs, pair => pair.Dispose());
        return times;
    }

    private static void Pause(TimeSpan time) => PreciseTimer.Shared.DelayAsync(time).AsTask().Wait();

    private static void InThreads(ThreadStart[] work)
    {
        var threads = Array.ConvertAll(work, start => new Thread(start));
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    private static void Send(Socket socket, long bytes)
    {
        var chunk = new byte[256 * 1024];
        for (long sent = 0; sent < bytes;)
        {
            sent += socket.Send(chunk.AsSpan(0, (int)Math.Min(chunk.Length, bytes - sent)));
        }
    }
}
