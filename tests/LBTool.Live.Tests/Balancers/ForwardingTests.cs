using System.Net;
using System.Security.Cryptography;
using LBTool.Core.Scenarios;
using LBTool.Live.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace LBTool.Live.Tests.Balancers;

public class ForwardingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public async Task An_answer_streams_through_as_it_comes(int front, int behind)
    {
        var firstSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var backend = await ServeAsync(behind, async context =>
        {
            await context.Response.WriteAsync("first,");
            await context.Response.Body.FlushAsync();
            await firstSeen.Task;
            await context.Response.WriteAsync("second");
        });
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint, new HttpVersions(front, behind));

        using var answer = await rig.SendAsync(1, stop: Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        var first = new char[6];
        await reader.ReadBlockAsync(first, Stop);

        Assert.Equal("first,", new string(first));
        Assert.Equal(1, rig.Pool.InFlight);
        firstSeen.SetResult();
        Assert.Equal("second", await reader.ReadToEndAsync(Stop));
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
        Assert.True(Assert.Single(rig.Recording.Leases.Read()).Ok);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public async Task A_request_body_arrives_whole(int front, int behind)
    {
        await using var backend = await ServeAsync(
            behind, async context => await context.Response.Body.WriteAsync(await SHA256.HashDataAsync(context.Request.Body)));
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint, new HttpVersions(front, behind));
        var body = Enumerable.Range(0, 3_000_000).Select(i => (byte)(i % 251)).ToArray();

        using var answer = await rig.SendAsync(1, new ByteArrayContent(body), Stop);

        Assert.Equal(SHA256.HashData(body), await answer.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task A_backend_sees_the_request_as_the_client_sent_it_plus_the_clients_address()
    {
        var seen = new Dictionary<string, string>();
        await using var backend = await ServeAsync(1, context =>
        {
            foreach (var (name, value) in context.Request.Headers)
            {
                seen[name.ToLowerInvariant()] = value.ToString();
            }

            seen["target"] = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            return Task.CompletedTask;
        });
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint);

        foreach (var target in new[] { "/a%20b?c=d", "/a%20b?c=e", "/f" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            request.Headers.Host = "shop.example";
            request.Headers.Add("X-Forwarded-For", "192.0.2.7");
            request.Headers.Add(LbHeaders.Request, "5");
            using var answer = await rig.Client.SendAsync(request, Stop);

            Assert.Equal(target, seen["target"]);
            Assert.Equal("shop.example", seen["host"]);
            Assert.Equal("192.0.2.7, 127.0.0.1", seen["x-forwarded-for"]);
            Assert.Equal("5", seen[LbHeaders.Request]);
            Assert.DoesNotContain("traceparent", seen.Keys);
        }
    }

    [Fact]
    public async Task Redirects_cookies_and_compressed_bodies_pass_untouched()
    {
        await using var backend = await ServeAsync(1, context =>
        {
            context.Response.Redirect("http://elsewhere.example/");
            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.WriteAsync("not really gzip");
        });
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint);
        using var plain = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        using var answer = await plain.SendAsync(new HttpRequestMessage(HttpMethod.Get, rig.Client.BaseAddress), Stop);

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("a=b", answer.Header("Set-Cookie"));
        Assert.Equal("not really gzip", await answer.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_upload_that_the_backend_never_reads_is_504(int version)
    {
        await using var backend = await ServeAsync(version, context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var rig = await Rig.InFrontOfAsync(
            backend.EndPoint, new HttpVersions(version, version), TimeSpan.FromMilliseconds(200));

        // More than all the buffers on the way hold, by a client that sends body and reads answer at the same time.
        using var request = rig.Request(1, new ByteArrayContent(new byte[50_000_000]));
        request.Headers.ExpectContinue = true;
        using var answer = await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("timeout", answer.Header(LbHeaders.Reason));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_upload_that_its_client_does_not_go_on_with_is_504(int version)
    {
        await using var rig = await Rig.StartAsync(
            [Rig.Spec("b1")], new HttpVersions(version, version), TimeSpan.FromMilliseconds(200));
        var done = new TaskCompletionSource();

        var request = rig.SendAsync(1, new StalledContent(done.Task), Stop);
        await Eventually.TrueAsync(() => rig.Recording.Leases.Read().Any(), "the lease has been given up");
        done.SetResult();
        using var answer = await request;

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal("timeout", answer.Header(LbHeaders.Reason));
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_end_of_the_upload_is_passed_on()
    {
        await using var backend = await ServeAsync(2, context =>
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            context.Response.Headers["x-limit"] = "none of this";
            return Task.CompletedTask;
        });
        await using var rig = await Rig.InFrontOfAsync(backend.EndPoint, new HttpVersions(2, 2));

        using var answer = await rig.SendAsync(1, new ByteArrayContent(new byte[50_000_000]), Stop);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("none of this", answer.Header("x-limit"));
        await Eventually.TrueAsync(() => rig.Pool.InFlight == 0, "the lease has ended");
    }

    internal static async Task<HttpServer> ServeAsync(int version, RequestDelegate handle)
    {
        var server = new HttpServer(new IPEndPoint(IPAddress.Loopback, 0), version, handle);
        await server.StartAsync(Stop);
        return server;
    }

    /// <summary>A body that says how long it is, sends its first half and then waits.</summary>
    private sealed class StalledContent(Task done) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[500]);
            await stream.FlushAsync();
            await done;
            await stream.WriteAsync(new byte[500]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 1_000;
            return true;
        }
    }
}
