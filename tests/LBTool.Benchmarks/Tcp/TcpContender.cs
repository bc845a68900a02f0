using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Live.Balancers;
using LBTool.Live.Timing;

namespace LBTool.Benchmarks.Tcp;

/// <summary>A process that takes part in <see cref="TcpCompare"/>; none outlives this one.</summary>
internal sealed class TcpContender : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string? _file;

    private TcpContender(string name, Process process, string[] addresses, string? file = null)
    {
        Name = name;
        _process = process;
        Addresses = addresses;
        _file = file;
    }

    public string Name { get; }

    /// <summary>Where it listens.</summary>
    public string[] Addresses { get; }

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>This program in another role. It ends when its standard input closes.</summary>
    public static async Task<TcpContender> StartOursAsync(string kind, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["tcp-compare", "serve", kind, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // As every program of lbtool that only passes bytes on: sockets complete on the thread that polls them.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"the process for '{kind}' ended before it listened");
        return new TcpContender(kind, process, line.Split(' '));
    }

    /// <summary>HAProxy in mode tcp, with a thread for each processor as by default.</summary>
    public static async Task<TcpContender> StartHaproxyAsync(string program, string[] backends)
    {
        var port = FreePort();
        var file = Path.GetTempFileName();
        var servers = backends.Select((backend, i) => $"  server b{i + 1} {backend}");
        await File.WriteAllTextAsync(file, $"""
            global
              maxconn 4000
            defaults
              mode tcp
              timeout connect 5s
              timeout client 30s
              timeout server 30s
            frontend front
              bind 127.0.0.1:{port}
              default_backend behind
            backend behind
              balance roundrobin
            {string.Join('\n', servers)}

            """);
        var contender = new TcpContender("haproxy", Process.Start(program, ["-f", file]), [$"127.0.0.1:{port}"], file);
        await contender.UntilItListensAsync(port);
        return contender;
    }

    /// <summary>What the processes of <see cref="StartOursAsync"/> do.</summary>
    public static async Task ServeAsync(string kind, string[] arguments)
    {
        var addresses = kind switch
        {
            "backends" => Enumerable.Range(0, int.Parse(arguments[0], CultureInfo.InvariantCulture))
                .Select(_ => Loopback.Listen(FixedAnswer.ServeAsync).LocalEndPoint).ToArray(),
            "ours" => [(await StartBalancerAsync([.. arguments.Select(IPEndPoint.Parse)])).EndPoint],
            _ => throw new ArgumentException($"unknown kind '{kind}'", nameof(kind)),
        };
        Console.WriteLine(string.Join<EndPoint?>(' ', addresses));
        await Console.In.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is null)
        {
            _process.StandardInput.Close();
        }
        else
        {
            _process.Kill();
            File.Delete(_file);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Our balancer, with leases recorded, as in a run.</summary>
    public static async Task<TcpBalancer> StartBalancerAsync(IPEndPoint[] backends)
    {
        var pool = new Pool(backends.Select((_, i) => new Backend($"b{i + 1}", i)), new RoundRobin());
        var clock = new RunClock();
        clock.Start();
        var options = new TcpBalancerOptions(new IPEndPoint(IPAddress.Loopback, 0), TimeSpan.FromSeconds(30));
        var balancer = new TcpBalancer(pool, [.. backends], options, clock, new Recording());
        await balancer.StartAsync(CancellationToken.None);
        return balancer;
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task UntilItListensAsync(int port)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                using var socket = await Loopback.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                return;
            }
            catch (SocketException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begin) < LongestStart)
            {
                await Task.Delay(50);
            }
        }
    }
}
