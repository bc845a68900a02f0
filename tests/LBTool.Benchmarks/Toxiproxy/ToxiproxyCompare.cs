namespace LBTool.Benchmarks.Toxiproxy;

/// <summary>
/// Our Toxiproxy server beside the original, both as processes of their own. They take turns (ABAB…), so that a machine
/// that gets slower does so for both; what is printed are medians over the rounds.
/// <code>
///   this process: client ──► server under test ──► upstream, also in this process
/// </code>
/// </summary>
internal static class ToxiproxyCompare
{
    private const int RequestConnections = 32;
    private const long BulkBytes = 100_000_000;
    private const int MemoryRounds = 3;
    private const int FastTurns = 5;

    // Five rounds of 20 and of 50 connections are enough for a 99th percentile; one connection would take minutes.
    private static readonly (int Connections, int RoundTrips)[] Latencies = [(1, 20), (20, 10), (50, 5)];

    // Megabytes a second, and how many to send: about a second's worth.
    private static readonly (int Rate, int Send)[] Bandwidths = [(1, 1), (10, 10), (100, 50)];

    /// <summary><c>OURS THEIRS [rounds] [requests]</c>: two programs; ours is given the verb of its server.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length < 2)
        {
            await Console.Error.WriteLineAsync("usage: toxiproxy-compare LBTOOL TOXIPROXY-SERVER [rounds] [requests]");
            return 2;
        }

        var rounds = args.Length > 2 ? int.Parse(args[2]) : 5;
        var requests = args.Length > 3 ? int.Parse(args[3]) : 20_000;
        string[][] commands = [[args[0], "toxiproxy"], [args[1]]];
        ToxiproxyTable[] tables = [new(), new()];
        Console.WriteLine($"{rounds} rounds of {FastTurns} turns, {requests} requests over {RequestConnections} connections in each; begins at load {Load()}");
        await using (var ours = await ToxiproxyChild.StartAsync(commands[0]))
        await using (var theirs = await ToxiproxyChild.StartAsync(commands[1]))
        {
            ToxiproxyChild[] servers = [ours, theirs];
            await FastAsync(servers, [new(), new()], requests);
            await SlowAsync(servers, [new(), new()]);
            for (var round = 1; round <= rounds; round++)
            {
                for (var turn = 0; turn < FastTurns; turn++)
                {
                    await FastAsync(servers, tables, requests);
                    Console.WriteLine($"{round,2}.{turn}  load {Load()}  requests/s {Last(tables, "requests/s")}  µs {Last(tables, "CPU µs/request")}  bulk MB/s {Last(tables, "bulk MB/s")}");
                }

                await SlowAsync(servers, tables);
            }
        }

        for (var round = 1; round <= MemoryRounds; round++)
        {
            for (var i = 0; i < commands.Length; i++)
            {
                tables[i].Add("KB/idle connection", await ToxiproxyMeasures.IdleMemoryAsync(commands[i]));
            }
        }

        Console.WriteLine($"ends at load {Load()}");
        ToxiproxyTable.Print(tables[0], tables[1]);
        return 0;
    }

    // What keeps a processor busy is over soon, and suffers most from others on the machine: more turns for it.
    private static async Task FastAsync(ToxiproxyChild[] servers, ToxiproxyTable[] tables, int requests)
    {
        foreach (var (server, table) in servers.Zip(tables))
        {
            var (perSecond, microseconds) = await ToxiproxyMeasures.RequestsAsync(server, RequestConnections, requests / RequestConnections);
            table.Add("requests/s", perSecond);
            table.Add("CPU µs/request", microseconds);
            table.Add("requests/CPU second", 1e6 / microseconds);
        }

        foreach (var (server, table) in servers.Zip(tables))
        {
            table.Add("bulk MB/s", await ToxiproxyMeasures.ThroughputAsync(server, BulkBytes));
        }
    }

    // What mostly waits.
    private static async Task SlowAsync(ToxiproxyChild[] servers, ToxiproxyTable[] tables)
    {
        foreach (var (connections, roundTrips) in Latencies)
        {
            foreach (var (server, table) in servers.Zip(tables))
            {
                var (plain, slow) = await ToxiproxyMeasures.LatencyAsync(server, connections, roundTrips);
                table.AddLatencies(connections, plain, slow);
            }
        }

        foreach (var (rate, send) in Bandwidths)
        {
            var toxic = $$$"""{"type":"bandwidth","stream":"upstream","attributes":{"rate":{{{rate * 1000}}}}}""";
            foreach (var (server, table) in servers.Zip(tables))
            {
                var reached = await ToxiproxyMeasures.ThroughputAsync(server, send * 1_000_000L, toxic);
                table.Add($"bandwidth error % at {rate} MB/s", Math.Abs((reached / rate) - 1) * 100);
            }
        }
    }

    private static string Last(ToxiproxyTable[] tables, string row) => string.Join(" / ", tables.Select(table => $"{table.Last(row):F1}"));

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
