using System.Collections.Concurrent;
using LBTool.Core.Measurements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LBTool.Live.Tests.Load;

public class Http2Tests
{
    private readonly ConcurrentQueue<(string Number, string Protocol, string Connection)> _arrivals = new();

    [Fact]
    public async Task Speaks_http2_by_prior_knowledge_over_one_connection()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.Headers["x-lb-backend"] = "b1";
            return context.Response.WriteAsync("hello");
        });

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 100, seconds: 1), AddressOf(server), httpVersion: 2)).Ended();

        Assert.Equal(100, requests.Length);
        Assert.All(requests, request =>
            Assert.Equal((RequestOutcome.Ok, 200, 1), (request.Outcome, request.Status, request.Backend)));
        Assert.All(_arrivals, arrival => Assert.Equal("HTTP/2", arrival.Protocol));
        Assert.Single(_arrivals.Select(arrival => arrival.Connection).Distinct());
    }

    [Fact]
    public async Task A_reset_stream_is_a_reset_and_is_not_sent_again()
    {
        await using var server = await StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 20, seconds: 1), AddressOf(server), httpVersion: 2)).Ended();

        Assert.Equal(20, requests.Length);
        Assert.All(requests, request => Assert.Equal((RequestOutcome.Reset, 0), (request.Outcome, request.Status)));
        Assert.Equal(Enumerable.Range(1, 20), _arrivals.Select(arrival => int.Parse(arrival.Number, null)).Order());
    }

    // Kestrel allows 100 streams a connection: the others must not wait for the answers of these.
    [Fact]
    public async Task More_requests_than_a_connection_has_streams_are_sent_all_the_same()
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await StartAsync(_ =>
        {
            if (_arrivals.Count == 250)
            {
                all.TrySetResult();
            }

            return all.Task;
        });

        var requests = (await Traffic.DriveAsync(Traffic.Open(rate: 250, seconds: 1), AddressOf(server), httpVersion: 2)).Ended();

        Assert.Equal(250, requests.Count(request => request.Outcome == RequestOutcome.Ok));
    }

    private static Uri AddressOf(WebApplication server) =>
        new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private async Task<WebApplication> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var server = builder.Build();
        server.Run(context =>
        {
            _arrivals.Enqueue((
                context.Request.Headers["x-lb-request"].ToString(), context.Request.Protocol, context.Connection.Id));
            return answer(context);
        });
        await server.StartAsync();
        return server;
    }
}
