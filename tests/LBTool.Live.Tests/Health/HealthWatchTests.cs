using System.Collections.Immutable;
using System.Net;
using LBTool.Core.Balancing;
using LBTool.Core.Measurements;
using LBTool.Core.Plans;
using LBTool.Core.Scenarios;
using LBTool.Live.Health;
using LBTool.Live.Tests.Faults;
using LBTool.Live.Timing;

namespace LBTool.Live.Tests.Health;

public class HealthWatchTests
{
    [Fact]
    public async Task A_backend_that_leaves_takes_the_connection_of_its_probes_along()
    {
        using var listener = Wire.Listen();
        var address = (IPEndPoint)listener.LocalEndPoint!;
        var scenario = ScenarioReader.Read(
            """
            version: 1
            name: leaving
            target: { backends: { count: 1 }, health: { active: { interval: 10ms, timeout: 500ms } } }
            load: { rate: 1/s, duration: 1m }
            """,
            "leaving").Scenario!;
        var pool = new Pool([], new RoundRobin());
        var clock = new RunClock();
        await using var watch = new HealthWatch(pool, Planner.Plan(scenario, 1), ImmutableArray<IPEndPoint>.Empty, clock, new EventBook());
        clock.Start();
        watch.Begin();
        var backend = pool.Create("b1", 1, int.MaxValue);
        pool.Add(backend, clock.Now);
        watch.Join(backend, address);
        using var server = await listener.AcceptAsync(Peer.Deadline());
        await server.ReadAsync(1);
        await server.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        watch.Leave(backend);

        // What was on its way ends with a reset, what was at rest with an end.
        await Record.ExceptionAsync(() => server.DrainAsync());
        await Peer.EventuallyAsync(() => server.Poll(0, System.Net.Sockets.SelectMode.SelectRead), "the connection has ended");
    }
}
