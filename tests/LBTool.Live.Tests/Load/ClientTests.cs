using System.Net;
using LBTool.Core.Arrivals;
using LBTool.Core.Measurements;
using LBTool.Live.Load;

namespace LBTool.Live.Tests.Load;

public class ClientTests
{
    [Fact]
    public async Task Clients_take_turns_each_with_an_address_of_its_own()
    {
        await using var server = new RawServer(RawServer.Ok);
        Assert.SkipUnless(SourceAddresses.CanReach(server.Address), "this system has no loopback address but 127.0.0.1");

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 50, seconds: 1) with { Clients = 5 }, server.Address)).Ended();

        Assert.All(requests, request => Assert.Equal(RequestOutcome.Ok, request.Outcome));
        Assert.Equal(50, server.Arrivals.Count);
        Assert.All(server.Arrivals, arrival =>
        {
            Assert.Equal(IPAddress.Parse($"127.1.0.{((arrival.Number - 1) % 5) + 1}"), arrival.Client);
            Assert.DoesNotContain("X-Forwarded-For", arrival.Head, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task A_client_reuses_its_connection()
    {
        await using var server = new RawServer(RawServer.Ok);

        await Traffic.DriveAsync(Traffic.Closed(users: 1, seconds: 0.5), server.Address);

        Assert.NotEmpty(server.Arrivals);
        Assert.Equal(Enumerable.Range(1, server.Arrivals.Count), server.Arrivals.Select(arrival => arrival.Turn));
    }

    // Between requests, a closed connection is seen before the next one is sent; no request is lost to it.
    [Fact]
    public async Task A_connection_closed_while_idle_is_replaced()
    {
        await using var server = new RawServer(async arrival =>
        {
            await arrival.WriteAsync(RawServer.Ok);
            arrival.Close();
        });

        using var client = new LoneClient(server.Address, (options, socket, target) => new Http1Connection(socket, target, new Http1Requests(options, null)));

        for (var number = 1; number <= 4; number++)
        {
            Assert.Equal(RequestOutcome.Ok, await client.AskAsync(number));
            await Eventually.TrueAsync(() => client.Connections[^1].HasEnded, "the end has come");
        }

        Assert.Equal(4, client.Connections.Count);
    }

    [Fact]
    public async Task Without_an_address_of_its_own_a_client_names_itself()
    {
        // Clients that may not bind: what a target elsewhere, or another system, leads to.
        await using var server = new RawServer(RawServer.Ok);
        using var client = new LoneClient(server.Address, (options, socket, target) => new Http1Connection(socket, target, new Http1Requests(options, "127.1.0.7")));

        await client.AskAsync(1);

        Assert.Contains("X-Forwarded-For: 127.1.0.7\r\n", Assert.Single(server.Arrivals).Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_client_is_the_usual_local_host()
    {
        await using var server = new RawServer(RawServer.Ok);

        await Traffic.DriveAsync(Traffic.Open(rate: 5, seconds: 1), server.Address);

        Assert.Equal(5, server.Arrivals.Count);
        Assert.All(server.Arrivals, arrival => Assert.Equal(IPAddress.Loopback, arrival.Client));
    }

    [Theory]
    [InlineData(0, "127.1.0.1")]
    [InlineData(254, "127.1.0.255")]
    [InlineData(255, "127.1.1.0")]
    [InlineData(99_999, "127.2.134.160")]
    public void Addresses_count_up(int index, string address) =>
        Assert.Equal(address, ClientAddress.Of(index, count: 100_000).ToString());

    [Theory]
    [InlineData("http://192.0.2.1/")]
    [InlineData("http://[::1]/")]
    public void Targets_elsewhere_are_not_reached_from_loopback_addresses(string target) =>
        Assert.False(SourceAddresses.CanReach(new Uri(target)));
}
