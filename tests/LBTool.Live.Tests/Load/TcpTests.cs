using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;
using LBTool.Core.Scenarios;
using LBTool.Live.Load;
using LBTool.Live.Tcp;

namespace LBTool.Live.Tests.Load;

public class TcpTests
{
    private const string Ok = "b1 200 x\n";

    public enum Ending
    {
        Keep,
        Close,
        Reset,
    }

    [Theory]
    [InlineData("b1 200 17 abc\n", Ending.Keep, RequestOutcome.Ok, 200, 1)]
    [InlineData("b1 200\n", Ending.Keep, RequestOutcome.Ok, 200, 1)]
    [InlineData("b1 200 17 abc\n", Ending.Close, RequestOutcome.Ok, 200, 1)]
    [InlineData("b7 429 17\n", Ending.Keep, RequestOutcome.Ok, 429, -1)]
    [InlineData("b0 503 17\n", Ending.Keep, RequestOutcome.ServerError, 503, 0)]
    [InlineData("b1 200 17 abc", Ending.Close, RequestOutcome.Truncated, 200, 1)]
    [InlineData("b1 503 17", Ending.Close, RequestOutcome.Truncated, 503, 1)]
    [InlineData("b1 20", Ending.Close, RequestOutcome.Reset, 0, -1)]
    [InlineData("", Ending.Close, RequestOutcome.Reset, 0, -1)]
    [InlineData("", Ending.Reset, RequestOutcome.Reset, 0, -1)]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", Ending.Keep, RequestOutcome.Ok, 400, -1)]
    [InlineData("what do you mean?\n", Ending.Keep, RequestOutcome.Reset, 0, -1)]
    [InlineData(" 200 x\n", Ending.Keep, RequestOutcome.Reset, 0, -1)]
    [InlineData("\n", Ending.Keep, RequestOutcome.Reset, 0, -1)]
    public async Task An_answer_becomes_its_outcome(string answer, Ending ending, RequestOutcome outcome, int status, int backend)
    {
        await using var server = new LineServer(async arrival =>
        {
            await arrival.WriteAsync(answer);
            End(arrival, ending);
        });

        var request = Assert.Single((await Traffic.DriveAsync(Traffic.Open(rate: 1, seconds: 1), server.Address)).Ended());

        Assert.Equal((outcome, status, backend), (request.Outcome, request.Status, request.Backend));
        Assert.Equal("1", Assert.Single(server.Arrivals).Text);
    }

    [Fact]
    public async Task A_reset_within_the_answer_is_a_reset()
    {
        await using var server = new LineServer(async arrival =>
        {
            await arrival.WriteAsync("b1 200 17 abc");
            arrival.Connection.Reset();
        });

        var request = Assert.Single((await Traffic.DriveAsync(Traffic.Open(rate: 1, seconds: 1), server.Address)).Ended());

        Assert.Equal(RequestOutcome.Reset, request.Outcome);
    }

    [Fact]
    public async Task A_large_answer_is_read_to_its_end()
    {
        await using var server = new LineServer($"b1 200 {new string('x', 300_000)}\n");

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 10, seconds: 1), server.Address)).Ended();

        Assert.Equal(10, requests.Length);
        Assert.All(requests, request => Assert.Equal((RequestOutcome.Ok, 1), (request.Outcome, request.Backend)));
    }

    [Fact]
    public async Task A_refused_connection_is_a_failed_connect()
    {
        using var socket = Balancers.TcpRig.Hold();

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 20, seconds: 1), new Uri($"tcp://{socket.LocalEndPoint}/"))).Ended();

        Assert.Equal(20, requests.Length);
        Assert.All(requests, request => Assert.Equal((RequestOutcome.ConnectFailed, 0, -1), (request.Outcome, request.Status, request.Backend)));
    }

    [Fact]
    public async Task No_answer_in_time_is_a_timeout_and_the_connection_is_reset()
    {
        var gone = 0;
        await using var server = new LineServer(async arrival =>
        {
            try
            {
                await arrival.Connection.ReceiveAsync(new byte[1]);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
            {
                Interlocked.Increment(ref gone);
                throw;
            }
        });
        var timeout = TimeSpan.FromMilliseconds(200);

        var request = Assert.Single((await Traffic.DriveAsync(Traffic.Open(rate: 1, seconds: 1) with { Timeout = timeout }, server.Address)).Ended());

        Assert.Equal(RequestOutcome.Timeout, request.Outcome);
        Assert.True(request.Latency >= timeout);
        await Eventually.TrueAsync(() => gone == 1, "the server has seen a reset");
    }

    [Fact]
    public async Task Each_request_has_a_connection_of_its_own_that_ends_in_order()
    {
        await using var server = new LineServer(Ok);

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 50, seconds: 1), server.Address)).Ended();

        Assert.Equal(50, requests.Length);
        Assert.All(server.Arrivals, arrival => Assert.Equal(1, arrival.Turn));
        Assert.Equal(Enumerable.Range(1, 50).Select(number => $"{number}"), server.Arrivals.Select(arrival => arrival.Text).OrderBy(int.Parse));
        await Eventually.TrueAsync(() => server.Ended == 50, "all connections have ended with FIN");
    }

    // Else a balancer would count one more than there are users.
    [Fact]
    public async Task A_user_comes_again_when_the_last_connection_has_ended()
    {
        var (open, most) = (0, 0);
        using var stop = new CancellationTokenSource();
        await using var server = new LineServer(async arrival =>
        {
            most = Math.Max(most, Interlocked.Increment(ref open));
            await (arrival.Text == "30" ? stop.CancelAsync() : arrival.WriteAsync(Ok));
            await arrival.Connection.PeekAsync();
            Interlocked.Decrement(ref open);
        });

        await Traffic.DriveAsync(Traffic.Closed(users: 1, seconds: 600), server.Address, stop: stop);

        Assert.True(server.Arrivals.Count >= 30);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Kept_connections_serve_one_request_after_another()
    {
        await using var server = new LineServer(Ok);

        await Traffic.DriveAsync(Kept(Traffic.Closed(users: 1, seconds: 2)), server.Address);

        Assert.True(server.Arrivals.Count > 1);
        Assert.Equal(Enumerable.Range(1, server.Arrivals.Count), server.Arrivals.Select(arrival => arrival.Turn));
        await Eventually.TrueAsync(() => server.Ended == 1, "the connection has ended with FIN");
    }

    // The second request finds no idle connection, as the first one has no answer yet.
    [Fact]
    public async Task A_request_never_waits_for_the_connection_of_another()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new LineServer(async arrival =>
        {
            if (arrival.Text == "3")
            {
                all.SetResult();
            }

            await all.Task;
            await arrival.WriteAsync(Ok);
        });

        var requests = (await Traffic.DriveAsync(Kept(Traffic.Open(rate: 5, seconds: 1)), server.Address)).Ended();

        Assert.Equal(5, requests.Length);
        Assert.All(requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(3, server.Arrivals.Take(3).DistinctBy(arrival => arrival.Connection).Count());
    }

    [Fact]
    public async Task A_kept_connection_that_ended_while_idle_is_replaced()
    {
        await using var server = new LineServer(async arrival =>
        {
            await arrival.WriteAsync(Ok);
            arrival.Connection.Finish();
        });

        using var client = new LoneClient(server.Address, (_, socket, target) => new LineConnection(socket, target));

        for (var number = 1; number <= 4; number++)
        {
            Assert.Equal(RequestOutcome.Ok, await client.AskAsync(number));
            await Eventually.TrueAsync(() => client.Connections[^1].HasEnded, "the end has come");
        }

        Assert.Equal(4, client.Connections.Count);
    }

    [Fact]
    public async Task Clients_have_addresses_of_their_own()
    {
        await using var server = new LineServer(Ok);
        Assert.SkipUnless(SourceAddresses.CanReach(server.Address), "this system has no loopback address but 127.0.0.1");

        await Traffic.DriveAsync(Traffic.Open(rate: 50, seconds: 1) with { Clients = 5 }, server.Address);

        Assert.Equal(50, server.Arrivals.Count);
        Assert.All(server.Arrivals, arrival => Assert.Equal(IPAddress.Parse($"127.1.0.{((int.Parse(arrival.Text) - 1) % 5) + 1}"), arrival.Client));
    }

    // Nobody answers, and nobody ends a connection: what is cut off must not be waited for.
    [Fact]
    public async Task An_interrupted_run_ends_at_once()
    {
        using var stop = new CancellationTokenSource();
        await using var server = new LineServer(async arrival =>
        {
            await arrival.WriteAsync(Ok);
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
        });

        // Within the generous time that it waits for a run, or it fails: the farewell may take a timeout of 10 minutes.
        await Traffic.DriveAsync(Traffic.Closed(users: 2, seconds: 600) with { Timeout = TimeSpan.FromMinutes(10) }, server.Address, stop: stop);

        Assert.NotEmpty(server.Arrivals);
    }

    private static Core.Scenarios.Load Kept(Core.Scenarios.Load load) => load with { Connections = ConnectionUse.Kept };

    private static void End(LineServer.Arrival arrival, Ending ending)
    {
        if (ending == Ending.Close)
        {
            arrival.Connection.Finish();
        }
        else if (ending == Ending.Reset)
        {
            arrival.Connection.Reset();
        }
    }
}
