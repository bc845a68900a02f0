using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LBTool.Benchmarks.Tcp;

/// <summary>
/// Our TCP balancer beside HAProxy in mode tcp: the same backends, the same load (wrk), taking turns, so that a machine
/// that gets slower does so for both. Each is a process of its own, so that its CPU time is exactly known.
/// <code>
///   wrk ──► contender ──► backends
/// </code>
/// </summary>
internal static partial class TcpCompare
{
    private const int Backends = 3;

    /// <summary>
    /// <c>haproxy wrk [rounds] [seconds] [connections]</c>, the first two being paths; or <c>serve KIND ARGS</c>, with which
    /// this process starts the others.
    /// </summary>
    public static async Task RunAsync(string[] args)
    {
        if (args is ["serve", var kind, .. var arguments])
        {
            await TcpContender.ServeAsync(kind, arguments);
            return;
        }

        var numbers = Array.ConvertAll(args[2..], int.Parse);
        var rounds = numbers.ElementAtOrDefault(0) is > 0 and var n ? n : 10;
        var seconds = numbers.ElementAtOrDefault(1) is > 0 and var s ? s : 3;
        var connections = numbers.ElementAtOrDefault(2) is > 0 and var c ? c : 64;

        await using var backends = await TcpContender.StartOursAsync("backends", [$"{Backends}"]);
        await using var haproxy = await TcpContender.StartHaproxyAsync(args[0], backends.Addresses);
        await using var ours = await TcpContender.StartOursAsync("ours", backends.Addresses);
        TcpContender[] contenders = [haproxy, ours];
        foreach (var way in new[] { Way.Kept, Way.New })
        {
            Console.WriteLine($"{way.Name}: {connections} clients, {seconds} s a round, {rounds} rounds, {Backends} backends");
            await CompareAsync(contenders, new Load(args[1], way, seconds, connections), rounds);
        }
    }

    private static async Task CompareAsync(TcpContender[] contenders, Load load, int rounds)
    {
        var measured = contenders.ToDictionary(contender => contender.Name, _ => new List<Measured>());

        // Round 0 warms up: tiered compilation has settled after it.
        for (var round = 0; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var one = await MeasureAsync(contender, load);
                if (round > 0)
                {
                    measured[contender.Name].Add(one);
                    Console.WriteLine($"{round,3} {contender.Name,-8} {one.PerSecond,8:F0} requests/s {one.Microseconds,7:F1} us CPU/request");
                }
            }
        }

        var (theirs, ours) = (measured[contenders[0].Name], measured[contenders[1].Name]);
        Print("requests/s", ours, theirs, one => one.PerSecond, "goal: at least 1.0 over kept connections");
        Print("us CPU/request", ours, theirs, one => one.Microseconds, "less is better");
    }

    private static void Print(string what, List<Measured> ours, List<Measured> theirs, Func<Measured, double> value, string goal) =>
        Console.WriteLine(
            $"median {what}: ours {Median(ours.Select(value)):F1}, haproxy {Median(theirs.Select(value)):F1}; "
            + $"ratio ours/haproxy: {Median(ours.Zip(theirs, (a, b) => value(a) / value(b))):F3} ({goal})");

    private static async Task<Measured> MeasureAsync(TcpContender contender, Load load)
    {
        var cpu = contender.CpuTime;
        var text = await RunWrkAsync(load, contender.Addresses[0]);
        if (Errors().IsMatch(text) || Total().Match(text) is not { Success: true } total || Rate().Match(text) is not { Success: true } rate)
        {
            throw new InvalidOperationException($"wrk met errors at {contender.Name}: the measurement is void.\n{text}");
        }

        var requests = double.Parse(total.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return new Measured(
            double.Parse(rate.Groups[1].ValueSpan, CultureInfo.InvariantCulture),
            (contender.CpuTime - cpu).TotalMicroseconds / requests);
    }

    private static async Task<string> RunWrkAsync(Load load, string address)
    {
        using var wrk = Process.Start(new ProcessStartInfo(
            load.Wrk, ["-t1", $"-c{load.Connections}", $"-d{load.Seconds}s", .. load.Way.Arguments, $"http://{address}/"])
        {
            RedirectStandardOutput = true,
        })!;
        var text = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        return text;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex(@"([0-9]+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"Socket errors: connect [1-9]|Non-2xx")]
    private static partial Regex Errors();

    private sealed record Measured(double PerSecond, double Microseconds);

    private sealed record Load(string Wrk, Way Way, int Seconds, int Connections);

    private sealed record Way(string Name, string[] Arguments)
    {
        public static readonly Way Kept = new("kept connections", []);
        public static readonly Way New = new("a connection for each request", ["-H", "Connection: close"]);
    }
}
