using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Benchmarks.Tcp;
using LBTool.Core.Randomness;
using LBTool.Live.Faults;

namespace LBTool.Benchmarks;

/// <summary>
/// What a link without toxics and the TCP balancer cost: processor time of a small round trip, allocation, and bulk
/// throughput, each through one of them and direct, all in this process; their part is the difference.
/// </summary>
internal static class LinkCost
{
    private const int Connections = 16;
    private const int RoundTrips = 20_000;
    private const long BulkBytes = 4L << 30;

    public static async Task RunAsync()
    {
        using var echo = Loopback.Listen(Loopback.EchoAsync);
        using var sink = Loopback.Listen(DiscardAsync);
        await using var small = Proxy(echo);
        await using var bulk = Proxy(sink);
        await using var balanced = await TcpContender.StartBalancerAsync([(IPEndPoint)echo.LocalEndPoint!]);
        await using var balancedBulk = await TcpContender.StartBalancerAsync([(IPEndPoint)sink.LocalEndPoint!]);

        Console.WriteLine("way     CPU us/round trip  bytes allocated/round trip  round trips/s     bulk MB/s  bulk CPU ms/GB");
        for (var turn = 0; turn < 3; turn++)
        {
            await PrintAsync("direct", echo.LocalEndPoint!, sink.LocalEndPoint!);
            await PrintAsync("proxy", small.Listen, bulk.Listen);
            await PrintAsync("tcp", balanced.EndPoint, balancedBulk.EndPoint);
        }
    }

    private static FaultProxy Proxy(Socket upstream)
    {
        var proxy = new FaultProxy("measured", new IPEndPoint(IPAddress.Loopback, 0), upstream.LocalEndPoint!, new RandomStream(1));
        proxy.Start();
        return proxy;
    }

    private static async Task PrintAsync(string way, EndPoint echo, EndPoint sink)
    {
        var sockets = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Loopback.ConnectAsync(echo)));
        await Task.WhenAll(sockets.Select(socket => RoundTripsAsync(socket, RoundTrips / 10)));
        var (cpu, allocated, start) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(true), Stopwatch.GetTimestamp());
        await Task.WhenAll(sockets.Select(socket => RoundTripsAsync(socket, RoundTrips)));
        var count = (double)Connections * RoundTrips;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(true) - allocated;
        Array.ForEach(sockets, socket => socket.Dispose());
        var bulkCpu = Environment.CpuUsage.TotalTime;
        var bulkSeconds = await BulkAsync(sink);
        bulkCpu = Environment.CpuUsage.TotalTime - bulkCpu;
        Console.WriteLine(
            $"{way,-6}  {cpu.TotalMicroseconds / count,17:0.00}  {allocated / count,26:0.0}  {count / seconds,13:0}  {BulkBytes / 1e6 / bulkSeconds,12:0}  {bulkCpu.TotalMilliseconds / (BulkBytes / 1e9),14:0}");
    }

    private static async Task RoundTripsAsync(Socket socket, int count)
    {
        var buffer = new byte[200];
        for (var i = 0; i < count; i++)
        {
            await socket.SendAsync(buffer.AsMemory());
            await socket.ReceiveAsync(buffer.AsMemory());
        }
    }

    private static async Task<double> BulkAsync(EndPoint sink)
    {
        using var socket = await Loopback.ConnectAsync(sink);
        var chunk = new byte[256 * 1024];
        var start = Stopwatch.GetTimestamp();
        for (long sent = 0; sent < BulkBytes; sent += chunk.Length)
        {
            await socket.SendAsync(chunk.AsMemory());
        }

        socket.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(chunk.AsMemory());
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task DiscardAsync(Socket socket)
    {
        using (socket)
        {
            var buffer = new byte[256 * 1024];
            while (await socket.ReceiveAsync(buffer.AsMemory()) > 0)
            {
            }
        }
    }
}
