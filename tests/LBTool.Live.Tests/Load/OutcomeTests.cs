using System.Net;
using System.Net.Sockets;
using LBTool.Core.Measurements;

namespace LBTool.Live.Tests.Load;

public class OutcomeTests
{
    public enum Ending
    {
        Keep,
        Close,
        Reset,
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", Ending.Keep, RequestOutcome.Ok, 200)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", Ending.Keep, RequestOutcome.Ok, 200)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhi", Ending.Close, RequestOutcome.Ok, 200)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", Ending.Keep, RequestOutcome.Ok, 200)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", Ending.Keep, RequestOutcome.Ok, 204)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", Ending.Keep, RequestOutcome.Ok, 302)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", Ending.Keep, RequestOutcome.Ok, 404)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno", Ending.Keep, RequestOutcome.ServerError, 503)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", Ending.Close, RequestOutcome.Truncated, 200)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhi", Ending.Close, RequestOutcome.Truncated, 200)]
    [InlineData("HTTP/1.1 503 Busy\r\nContent-Length: 9\r\n\r\nno", Ending.Close, RequestOutcome.Truncated, 503)]
    [InlineData("", Ending.Close, RequestOutcome.Reset, 0)]
    [InlineData("", Ending.Reset, RequestOutcome.Reset, 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", Ending.Close, RequestOutcome.Reset, 0)]
    [InlineData("gopher\r\n\r\n", Ending.Keep, RequestOutcome.Reset, 0)]
    public async Task An_answer_becomes_its_outcome(string answer, Ending ending, RequestOutcome outcome, int status)
    {
        await using var server = new RawServer(async arrival =>
        {
            await arrival.WriteAsync(answer);
            End(arrival, ending);
        });

        var request = Assert.Single((await Traffic.DriveAsync(Traffic.Open(rate: 1, seconds: 1), server.Address)).Ended());

        Assert.Equal((outcome, status), (request.Outcome, request.Status));
        Assert.Single(server.Arrivals);
    }

    [Fact]
    public async Task A_large_head_and_body_are_read_to_the_end()
    {
        var size = 300_000;
        await using var server = new RawServer(
            $"HTTP/1.1 200 OK\r\nX-Filler: {new string('x', 20_000)}\r\nx-lb-backend: b1\r\nContent-Length: {size}\r\n\r\n{new string('y', size)}");

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 10, seconds: 1), server.Address)).Ended();

        Assert.Equal(10, requests.Length);
        Assert.All(requests, request => Assert.Equal((RequestOutcome.Ok, 1), (request.Outcome, request.Backend)));
    }

    [Fact]
    public async Task A_refused_connection_is_a_failed_connect()
    {
        // Bound and not listening: nobody else gets the port, and connects are refused.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var requests = (await Traffic.DriveAsync(
            Traffic.Open(rate: 20, seconds: 1), new Uri($"http://{socket.LocalEndPoint}/"))).Ended();

        Assert.Equal(20, requests.Length);
        Assert.All(requests, request =>
            Assert.Equal((RequestOutcome.ConnectFailed, 0, -1), (request.Outcome, request.Status, request.Backend)));
    }

    // HTTP allows a client to send a GET again when a reused connection ends before the answer, and most do so silently.
    [Theory]
    [InlineData(Ending.Close)]
    [InlineData(Ending.Reset)]
    public async Task A_request_is_never_sent_again(Ending ending)
    {
        await using var server = new RawServer(async arrival =>
        {
            if (arrival.Turn == 1)
            {
                await arrival.WriteAsync(RawServer.Ok);
            }
            else
            {
                End(arrival, ending);
            }
        });

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 40, seconds: 1), server.Address)).Ended();

        Assert.Equal(40, requests.Length);
        Assert.Equal(Enumerable.Range(1, 40).Select(i => (long)i), server.Arrivals.Select(arrival => arrival.Number).Order());
        var cutOff = server.Arrivals.Where(arrival => arrival.Turn > 1).Select(arrival => arrival.Number).Order().ToArray();
        Assert.NotEmpty(cutOff);
        Assert.Equal(cutOff, requests.Where(request => request.Outcome == RequestOutcome.Reset).Select(request => request.Number));
    }

    private static void End(RawServer.Arrival arrival, Ending ending)
    {
        if (ending == Ending.Close)
        {
            arrival.Close();
        }
        else if (ending == Ending.Reset)
        {
            arrival.Reset();
        }
    }
}
