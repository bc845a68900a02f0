using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace LBTool.Benchmarks.Toxiproxy;

/// <summary>A Toxiproxy server as a process of its own, driven through its HTTP API as by any client.</summary>
internal sealed class ToxiproxyChild : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly HttpClient _http;
    private int _proxies;

    private ToxiproxyChild(Process process, HttpClient http)
    {
        _process = process;
        _http = http;
    }

    /// <summary>Processor time it has used so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Memory of it that is resident now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts <paramref name="command"/>, a program and its first arguments, and waits until it answers.</summary>
    public static async Task<ToxiproxyChild> StartAsync(string[] command)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(command[0], [.. command[1..], "--host", "127.0.0.1", "--port", $"{port}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // A line for each connection is no part of what is compared.
        start.Environment["LOG_LEVEL"] = "error";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var child = new ToxiproxyChild(process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });
        await child.UntilItAnswersAsync(command[0]);
        return child;
    }

    /// <summary>Makes a proxy to <paramref name="upstream"/>, with at most one toxic; returns where it listens.</summary>
    public async Task<EndPoint> CreateProxyAsync(EndPoint upstream, string? toxic = null)
    {
        var name = $"measured{++_proxies}";
        var proxy = await PostAsync("proxies", $$"""{"name":"{{name}}","listen":"127.0.0.1:0","upstream":"{{upstream}}"}""");
        if (toxic is not null)
        {
            await PostAsync($"proxies/{name}/toxics", toxic);
        }

        return IPEndPoint.Parse((string)proxy["listen"]!);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<JsonNode> PostAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.PostAsync(path, content);
        answer.EnsureSuccessStatusCode();
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private async Task UntilItAnswersAsync(string program)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await _http.GetStringAsync("version");
                return;
            }
            catch (HttpRequestException) when (!_process.HasExited && Stopwatch.GetElapsedTime(begin) < LongestStart)
            {
                await Task.Delay(50);
            }
            catch (HttpRequestException refused)
            {
                throw new InvalidOperationException($"'{program}' does not answer as a Toxiproxy server: the measurement is void.", refused);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
