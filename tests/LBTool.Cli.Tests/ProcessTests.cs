using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace LBTool.Cli.Tests;

/// <summary>lbtool as a process: signals end it in order, and leave nothing behind.</summary>
public sealed partial class ProcessTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lbtool-process-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    public async Task A_signal_ends_a_run_with_its_results_written(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        var results = Path.Combine(_folder.FullName, "results");
        using var lbtool = new LbtoolProcess("run", LongScenario(), "--out", results);
        await lbtool.WaitForOutputAsync("load starts");

        await lbtool.SignalAsync(signal);

        Assert.Equal(code, await lbtool.WaitForExitAsync());
        Assert.Contains("load ends", lbtool.Output);
        Assert.Contains("INCONCLUSIVE", lbtool.Output);
        Assert.Equal(
            ["TEST-lbtool.xml", "summary.json", "summary.md"],
            Directory.GetFiles(results).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_session_serves_until_it_is_told_to_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        using var lbtool = new LbtoolProcess("start", "--backends", "2", "--latency", "1ms");
        await lbtool.WaitForOutputAsync("Ctrl-C ends");
        var address = new Uri(BalancerAddress().Match(lbtool.Output).Groups["address"].Value);
        using var client = new HttpClient();

        using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
        await lbtool.SignalAsync("INT");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(ExitCodes.Interrupted, await lbtool.WaitForExitAsync());
        Assert.Empty(lbtool.Error.Trim());
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(address));
    }

    [Fact]
    public async Task A_busy_port_is_an_error_of_the_environment()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var lbtool = new LbtoolProcess("start", "--port", $"{port}");

        Assert.Equal(ExitCodes.Environment, await lbtool.WaitForExitAsync());
        Assert.Contains($"{port}", lbtool.Error);
        Assert.DoesNotContain("   at ", lbtool.Error);
    }

    [Theory]
    [InlineData("INT", ExitCodes.Interrupted)]
    [InlineData("TERM", ExitCodes.Terminated)]
    [InlineData("HUP", ExitCodes.HungUp)]
    public async Task The_fault_proxy_serves_alone_until_it_is_told_to_end(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        var config = Path.Combine(_folder.FullName, "toxiproxy.json");
        await File.WriteAllTextAsync(
            config, """[{"name":"good","upstream":"127.0.0.1:1","listen":"localhost:0"},{"name":"bad","upstream":"x","listen":"junk"}]""", TestContext.Current.CancellationToken);
        using var lbtool = new LbtoolProcess("toxiproxy", "-host", "127.0.0.1", "-port=0", "--config", config, "-seed", "-5", "-runtime-metrics", "-proxy-metrics");
        await lbtool.WaitForOutputAsync("Ctrl-C ends");
        using var client = new HttpClient { BaseAddress = new Uri(ToxiproxyAddress().Match(lbtool.Output).Groups["address"].Value) };

        var proxies = await client.GetStringAsync("proxies", TestContext.Current.CancellationToken);
        var metrics = await client.GetStringAsync("metrics", TestContext.Current.CancellationToken);
        await lbtool.SignalAsync(signal);

        Assert.StartsWith("""{"good":{"name":"good","listen":"127.0.0.1:""", proxies, StringComparison.Ordinal);
        Assert.Contains("toxiproxy_proxy_received_bytes_total{direction=\"downstream\",listener=\"127.0.0.1:", metrics);
        Assert.Contains("\nprocess_resident_memory_bytes ", metrics);
        Assert.Equal(code, await lbtool.WaitForExitAsync());
        Assert.Equal($"--config '{config}': listen tcp: address junk: missing port in address", lbtool.Error.Trim());
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(client.BaseAddress));
    }

    [Fact]
    public async Task The_fault_proxy_tells_its_version_as_the_original_does()
    {
        using var lbtool = new LbtoolProcess("toxiproxy", "-version");

        Assert.Equal(ExitCodes.Passed, await lbtool.WaitForExitAsync());
        Assert.Matches(@"^toxiproxy-server version 2\.\d+\.\d+-lbtool-\d", lbtool.Output);
    }

    [Fact]
    public async Task A_busy_port_of_the_fault_proxy_is_an_error_of_the_environment()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using var lbtool = new LbtoolProcess("toxiproxy", "--port", $"{port}", "--config", "not-there.json");

        Assert.Equal(ExitCodes.Environment, await lbtool.WaitForExitAsync());
        Assert.Contains($"port {port} is in use", lbtool.Error);
    }

    [Theory]
    [InlineData("--allow-remote", "0.0.0.0")]
    [InlineData("no such host", "no.such.host.invalid")]
    public async Task A_host_that_cannot_be_served_is_refused(string reason, string host)
    {
        using var lbtool = new LbtoolProcess("toxiproxy", "--port", "0", "--host", host);

        Assert.Contains(await lbtool.WaitForExitAsync(), new[] { ExitCodes.Usage, ExitCodes.Environment });
        Assert.Contains(reason, lbtool.Error);
    }

    [Fact]
    public async Task A_session_shows_its_fault_proxies_through_their_API()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sends signals");
        using var lbtool = new LbtoolProcess("start", "--backends", "2");
        await lbtool.WaitForOutputAsync("Ctrl-C ends");
        using var client = new HttpClient { BaseAddress = new Uri(ToxiproxyAddress().Match(lbtool.Output).Groups["address"].Value) };

        var proxies = await client.GetStringAsync("proxies", TestContext.Current.CancellationToken);
        await lbtool.SignalAsync("INT");

        Assert.Contains("\"b2\":{\"name\":\"b2\"", proxies);
        Assert.Equal(ExitCodes.Interrupted, await lbtool.WaitForExitAsync());
    }

    [Fact]
    public async Task A_Toxiproxy_that_is_not_there_is_an_error_of_the_environment()
    {
        // Bound and not listening: nobody else gets the port, and connects are refused.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)held.LocalEndPoint!).Port;
        using var lbtool = new LbtoolProcess("start", "--toxiproxy", $"http://127.0.0.1:{port}");

        Assert.Equal(ExitCodes.Environment, await lbtool.WaitForExitAsync());
        Assert.Contains("No Toxiproxy answers at", lbtool.Error);
    }

    [Fact]
    public async Task The_shell_is_told_what_can_come_next()
    {
        using var lbtool = new LbtoolProcess("[suggest:22]", "lbtool check x --algo ");

        Assert.Equal(0, await lbtool.WaitForExitAsync());
        Assert.Contains("\nround-robin\n", lbtool.Output);
    }

    private string LongScenario()
    {
        var file = Path.Combine(_folder.FullName, "long.lb.yaml");
        File.WriteAllText(file, """
            version: 1
            name: long enough to be interrupted
            target: { protocol: http, algorithm: round-robin, backends: { count: 2, latency: 1ms } }
            load: { executor: constant-arrival-rate, rate: 50/s, duration: 10m }
            faults:
              - { name: down-b1, at: 0s, target: b1, action: down }
            expect:
              - errors < 100%
            """);
        return file;
    }

    private static async Task ConnectAsync(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
    }

    [GeneratedRegex(@"^toxiproxy\s+(?<address>\S+)", RegexOptions.Multiline)]
    private static partial Regex ToxiproxyAddress();

    [GeneratedRegex(@"^balancer\s+(?<address>\S+)", RegexOptions.Multiline)]
    private static partial Regex BalancerAddress();
}
