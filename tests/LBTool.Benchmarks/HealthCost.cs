using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Live.Health;
using LBTool.Live.Timing;

namespace LBTool.Benchmarks;

/// <summary>
/// What health checks cost: the processor time of a process that does nothing but probe a thousand backends once a
/// second. They answer from another process, whose time is not counted.
/// </summary>
internal static class HealthCost
{
    private const string Answering = "answer";
    private const int Backends = 1000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(20);

    public static Task RunAsync(string[] arguments) => arguments is [Answering] ? AnswerAsync() : MeasureAsync();

    private static async Task MeasureAsync()
    {
        using var server = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["health-cost", Answering])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var port = int.Parse((await server.StandardOutput.ReadLineAsync())!);
        foreach (var type in new[] { "http", "tcp" })
        {
            await MeasureAsync(type, new IPEndPoint(IPAddress.Loopback, port));
        }

        server.StandardInput.Close();
        await server.WaitForExitAsync();
    }

    private static async Task MeasureAsync(string type, IPEndPoint address)
    {
        var scenario = ScenarioReader.Read(
            $$"""
            version: 1
            name: cost
            target:
              backends: { count: {{Backends}} }
              health: { active: { type: {{type}}, interval: {{Durations.Format(Interval)}}, timeout: 1s } }
            load: { rate: 1/s, duration: 1m }
            """,
            "cost").Scenario!;
        var pool = new Pool(scenario.Target.Backends.Select((spec, index) => new Backend(spec.Name, index)), new RoundRobin());
        var (clock, events) = (new RunClock(), new EventBook());
        await using var watch = new HealthWatch(pool, Planner.Plan(scenario, 1), [.. Enumerable.Repeat(address, Backends)], clock, events);
        await watch.StartAsync(CancellationToken.None);
        clock.Start();
        watch.Begin();
        await Task.Delay(WarmUp);

        using var process = Process.GetCurrentProcess();
        var (before, system, allocated, start) = (process.TotalProcessorTime, process.PrivilegedProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        await Task.Delay(Measured);
        process.Refresh();
        var elapsed = Stopwatch.GetElapsedTime(start);
        var used = process.TotalProcessorTime - before;
        var inSystem = (process.PrivilegedProcessorTime - system) / used;
        var probes = Backends * (elapsed / Interval);
        Console.WriteLine(
            $"{type}: {Backends} backends every {Durations.Format(Interval)}: {used / elapsed:P1} of a core, {used.TotalMicroseconds / probes:0} us ({inSystem:P0} in the system) and "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / probes:0} bytes a probe; up: {pool.Candidates.Count}");
    }

    private static async Task AnswerAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        _ = AcceptAsync(listener);
        await Console.In.ReadToEndAsync();
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            _ = ServeAsync(await listener.AcceptAsync());
        }
    }

    private static async Task ServeAsync(Socket connection)
    {
        using (connection)
        {
            var buffer = new byte[1024];
            while (await connection.ReceiveAsync(buffer) > 0)
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            }
        }
    }
}
