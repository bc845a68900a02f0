using System.Diagnostics;
using System.Net;

namespace LBTool.Benchmarks;

/// <summary>
/// What a request costs our balancer, side by side with YARP's own pipeline. Each contender is a process of its own, so
/// that its CPU time is exactly known; they take turns (ABCABC…), so that a machine that gets slower does so for all.
/// <code>
///   this process: load ──► contender ──► backends
/// </code>
/// </summary>
internal static class Throughput
{
    private const int Backends = 3;

    // First the ones compared with, last ours.
    private static readonly string[] Contenders = [ThroughputServers.Yarp, ThroughputServers.YarpLean, ThroughputServers.Ours];

    /// <summary>
    /// <c>[requests] [rounds] [clients]</c>; or <c>serve KIND ARGS</c>, with which this process starts the others.
    /// </summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["serve", var kind, .. var arguments])
        {
            return await ThroughputServers.ServeAsync(kind, arguments);
        }

        var numbers = Array.ConvertAll(args, int.Parse);
        var requests = numbers.ElementAtOrDefault(0) is > 0 and var r ? r : 20_000;
        var rounds = numbers.ElementAtOrDefault(1) is > 0 and var n ? n : 25;
        var clients = numbers.ElementAtOrDefault(2) is > 0 and var c ? c : 32;

        await using var backends = await Child.StartAsync("backends", [$"{Backends}"]);
        var contenders = new List<Child>();
        try
        {
            foreach (var contender in Contenders)
            {
                contenders.Add(await Child.StartAsync(contender, backends.Addresses));
            }

            await CompareAsync(contenders, requests, rounds, clients);
        }
        finally
        {
            foreach (var contender in contenders)
            {
                await contender.DisposeAsync();
            }
        }

        return 0;
    }

    private static async Task CompareAsync(List<Child> contenders, int requests, int rounds, int clients)
    {
        Console.WriteLine($"{requests} requests a round, {rounds} rounds, {clients} clients, {Backends} backends, HTTP/1.1");
        foreach (var contender in contenders)
        {
            // Twice, so that tiered compilation has settled.
            await MeasureAsync(contender, requests, clients);
            await MeasureAsync(contender, requests, clients);
        }

        var costs = contenders.ToDictionary(contender => contender.Kind, _ => new List<double>());
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in contenders)
            {
                var (perSecond, microseconds) = await MeasureAsync(contender, requests, clients);
                costs[contender.Kind].Add(microseconds);
                Console.WriteLine($"{round,3} {contender.Kind,-10} {perSecond,8:F0} requests/s {microseconds,7:F1} µs CPU/request");
            }
        }

        foreach (var baseline in Contenders[..^1])
        {
            var ratios = costs[ThroughputServers.Ours].Zip(costs[baseline], (ours, theirs) => ours / theirs);
            Console.WriteLine(
                $"median µs: ours {Median(costs[ThroughputServers.Ours]):F1}, {baseline} {Median(costs[baseline]):F1}; "
                + $"ratio ours/{baseline}: {Median(ratios):F3} (goal: at most 1.10)");
        }
    }

    private static async Task<(double PerSecond, double Microseconds)> MeasureAsync(Child contender, int requests, int clients)
    {
        var cpu = contender.CpuTime;
        var start = Stopwatch.GetTimestamp();
        await LoadAsync(new Uri(contender.Addresses[0]), requests, clients);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (requests / seconds, (contender.CpuTime - cpu).TotalMicroseconds / requests);
    }

    // Closed loop: each client sends its next request when it has the whole answer to the last.
    private static async Task LoadAsync(Uri target, int requests, int clients)
    {
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
        var left = requests;
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, target);
                using var response = await invoker.SendAsync(request, CancellationToken.None);
                await response.Content.CopyToAsync(Stream.Null);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new InvalidOperationException($"{target} answered {(int)response.StatusCode}: the measurement is void.");
                }
            }
        })));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>This program again, in another role. It ends when its standard input closes, so none is left behind.</summary>
    private sealed class Child : IAsyncDisposable
    {
        private readonly Process _process;

        private Child(string kind, Process process, string[] addresses)
        {
            Kind = kind;
            _process = process;
            Addresses = addresses;
        }

        public string Kind { get; }

        public string[] Addresses { get; }

        public TimeSpan CpuTime
        {
            get
            {
                _process.Refresh();
                return _process.TotalProcessorTime;
            }
        }

        public static async Task<Child> StartAsync(string kind, string[] arguments)
        {
            var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["throughput", "serve", kind, .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var line = await process.StandardOutput.ReadLineAsync()
                ?? throw new InvalidOperationException($"The process for '{kind}' ended before it listened.");
            return new Child(kind, process, line.Split(' '));
        }

        public async ValueTask DisposeAsync()
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
