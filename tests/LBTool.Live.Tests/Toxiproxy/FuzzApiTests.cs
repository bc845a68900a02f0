using System.Diagnostics;
using System.Text;
using LBTool.Core.Randomness;
using LBTool.Live.Toxiproxy;

namespace LBTool.Live.Tests.Toxiproxy;

[Collection(Busy.Name)]
public class FuzzApiTests
{
    private const int Requests = 100_000;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly (string Method, string Path, string Body)[] Seeds =
    [
        ("POST", "/proxies", """{"name":"a","upstream":"127.0.0.1:1","listen":"127.0.0.1:0","enabled":false}"""),
        ("POST", "/proxies", """{"name":"b","upstream":"x:1","listen":"junk","enabled":false,"toxics":[{"type":"noop"}]}"""),
        ("PATCH", "/proxies/a", """{"listen":"127.0.0.1:0","upstream":"127.0.0.1:2","enabled":true}"""),
        ("POST", "/proxies/b", """{"enabled":false}"""),
        ("DELETE", "/proxies/a", ""),
        ("GET", "/proxies", ""),
        ("GET", "/proxies/a/toxics", ""),
        ("POST", "/proxies/a/toxics", """{"name":"t","type":"latency","stream":"upstream","toxicity":0.5,"attributes":{"latency":10,"jitter":5}}"""),
        ("POST", "/proxies/a/toxics", """{"type":"packet_loss","attributes":{"loss_rate":0.1,"correlation":1e-3},"duration":"1h"}"""),
        ("POST", "/proxies/b/toxics", """{"type":"slicer","attributes":{"average_size":64,"size_variation":-1,"delay":9223372036854775807}}"""),
        ("PATCH", "/proxies/a/toxics/t", """{"attributes":{"latency":1},"toxicity":1}"""),
        ("DELETE", "/proxies/a/toxics/t", ""),
        ("POST", "/populate", """[{"name":"a","upstream":"x:1","enabled":false},{"name":"c","upstream":"y:2","listen":"127.0.0.1:0","enabled":false}]"""),
        ("POST", "/reset", ""),
        ("GET", "/metrics", ""),
        ("GET", "/version", ""),
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "false", "0", "-1", "1e9", "1.5", "9223372036854775808", "\\u0000", "\\ud800", "\\",
        "\"name\":", "\"type\":", "\"enabled\":", "\"attributes\":", "\"toxics\":", "latency", "timeout", "upstream", "a", "b", "/", "%2F", "%00", "%zz", "..",
        "?", "é", "\u0000", "\n", "127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "known.test:0", ":", "Mozilla/",
    ];

    // Refusals (4xx) must leave all as it was. Of 5xx, and of a list whose second proxy may not be made, Toxiproxy's
    // contract says what they leave behind.
    [Fact]
    public async Task No_mutated_request_crashes_hangs_or_is_refused_after_having_changed_something()
    {
        await using var api = new ApiRig();
        var random = new RandomStream(1);
        var start = Stopwatch.GetTimestamp();
        var (accepted, refused) = (0, 0);
        var before = await StateAsync(api);
        for (var i = 0; i < Requests; i++)
        {
            var request = Mutate(Seeds[random.Next(Seeds.Length)], random);
            ApiAnswer answer;
            try
            {
                answer = await api.AnswerAsync(request).WaitAsync(Longest, TestContext.Current.CancellationToken);
            }
            catch (Exception error)
            {
                Assert.Fail($"request {i} failed with {error}\n{request.Method} {request.Target}\n{Encoding.UTF8.GetString(request.Body.Span)}");
                return;
            }

            Assert.InRange(answer.Status, 200, 599);
            accepted += answer.Status < 300 ? 1 : 0;
            if (answer.Status is >= 400 and < 500 && !(answer.Status != 400 && request.Target.StartsWith("/populate", StringComparison.Ordinal)))
            {
                refused++;
                Assert.True(before == await StateAsync(api), $"request {i} was refused with {answer.Status} and yet changed something\n{request.Method} {request.Target}");
            }
            else
            {
                before = await StateAsync(api);
            }
        }

        // Were nearly all of one kind, the fuzzer would test the front door only.
        Assert.InRange(accepted, Requests / 10, Requests);
        Assert.InRange(refused, Requests / 10, Requests);
        Assert.True(Stopwatch.GetElapsedTime(start) < Longest);
    }

    private static async Task<string> StateAsync(ApiRig api)
    {
        // Names multiply; a reset world of few proxies keeps each look at it cheap.
        foreach (var proxy in api.Proxies.All.Where((proxy, index) => index >= 6 || proxy.Engine.Toxics.Length > 6))
        {
            await api.Proxies.RemoveAsync(proxy.Name);
        }

        return await api.SendAsync("GET", "/proxies");
    }

    private static ApiRequest Mutate((string Method, string Path, string Body) seed, RandomStream random)
    {
        var (path, body) = (seed.Path, seed.Body);
        switch (random.Next(8))
        {
            case 0:
                path = Mutate(path, random);
                break;
            case 1:
                return new ApiRequest(seed.Method, path, Mutate(Encoding.UTF8.GetBytes(body), random));
            case < 6:
                body = Mutate(body, random);
                break;
        }

        return new ApiRequest(seed.Method, path, Encoding.UTF8.GetBytes(body));
    }

    private static string Mutate(string text, RandomStream random)
    {
        for (var changes = 1 + random.Next(2); changes > 0 && text.Length > 0; changes--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(10), text.Length - at);
            text = random.Next(4) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Pieces[random.Next(Pieces.Length)]),
                2 => text.Remove(at, length).Insert(at, Pieces[random.Next(Pieces.Length)]),
                _ => text.Insert(random.Next(text.Length), text.Substring(at, length)),
            };
        }

        return text;
    }

    private static byte[] Mutate(byte[] bytes, RandomStream random)
    {
        if (bytes.Length > 0)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }
}
