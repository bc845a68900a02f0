using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using LBTool.Core.Scenarios;
using LBTool.Live.Timing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Tests.Balancers;

public class WebSocketTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public async Task A_web_socket_may_be_silent_for_longer_than_the_timeout_and_ends_its_lease_when_it_closes(int front, int behind)
    {
        var timeout = TimeSpan.FromSeconds(3);
        await using var backend = await ForwardingTests.ServeAsync(behind, EchoAsync);
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint, new HttpVersions(front, behind), timeout);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = rig.Client.DefaultRequestVersion;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"ws://{rig.Balancer.EndPoint}/echo"), rig.Client, Stop);

        Assert.Equal("hello", await AskAsync(socket, "hello"));
        await PreciseTimer.Shared.DelayAsync(1.1 * timeout, Stop);
        Assert.Equal("still there?", await AskAsync(socket, "still there?"));
        Assert.Equal(1, rig.Pool.InFlight);

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Stop);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        Assert.True(Assert.Single(rig.Recording.Leases.Read()).Ok);
    }

    [Fact]
    public async Task A_web_socket_handshake_that_gets_no_answer_is_504()
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1", TimeSpan.FromMinutes(10))], timeout: TimeSpan.FromMilliseconds(150));
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://{rig.Balancer.EndPoint}/"), Stop));

        Assert.Equal(HttpStatusCode.GatewayTimeout, socket.HttpStatusCode);
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
    }

    internal static async Task EchoAsync(HttpContext context)
    {
        await using var stream = await AcceptAsync(context);
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[1024];
        while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } message)
        {
            await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private static async Task<Stream> AcceptAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            return await connect.AcceptAsync();
        }

        var key = context.Request.Headers.SecWebSocketKey + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key)));
        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    internal static async Task<string> AskAsync(WebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Stop);
        var buffer = new byte[1024];
        var answer = await socket.ReceiveAsync(buffer, Stop);
        return Encoding.UTF8.GetString(buffer, 0, answer.Count);
    }
}
