using System.Text;
using LBTool.Core.Randomness;
using LBTool.Core.Scenarios;
using LBTool.Live.Control;

namespace LBTool.Live.Tests.Control;

[Collection(Busy.Name)]
public class FuzzTests
{
    // A journal that reads as a scenario has no more than 1000 faults.
    private const int Rounds = 20;
    private const int Requests = 1_000;
    private const int MostThings = 8;

    private static readonly (string Method, string Path, string Body)[] Seeds =
    [
        ("GET", "/v1/session", ""),
        ("POST", "/v1/session/reset", "{}"),
        ("POST", "/v1/backends", """{"name":"b7","weight":2,"latency":"5ms","jitter":"1ms","concurrency":4,"queue":8,"errors":"5%"}"""),
        ("PATCH", "/v1/backends/b1", """{"weight":0.5,"latency":"exponential(2ms)","errors":0.1}"""),
        ("PATCH", "/v1/backends/b2", """{"concurrency":3,"queue":2}"""),
        ("DELETE", "/v1/backends/b3", ""),
        ("POST", "/v1/backends/b1/kill", "{}"),
        ("POST", "/v1/backends/b1/start", ""),
        ("POST", "/v1/backends/b2/pause", ""),
        ("POST", "/v1/backends/b2/resume", ""),
        ("POST", "/v1/backends/b2/restart", ""),
        ("POST", "/v1/backends/b1/disable", ""),
        ("POST", "/v1/backends/b1/enable", ""),
        ("POST", "/v1/backends/b2/drain", """{"deadline":"10s"}"""),
        ("POST", "/v1/backends/b2/enable", ""),
        ("POST", "/v1/faults", """{"name":"f1","target":"b1","for":"1h","toxic":{"type":"latency","latency":"20ms","jitter":"5ms","toxicity":"50%"}}"""),
        ("POST", "/v1/faults", """{"target":["b1","b2"],"toxic":{"type":"bandwidth","rate":"100KB/s"}}"""),
        ("POST", "/v1/faults", """{"name":"f2","target":"one","action":"lose-capacity","workers":2}"""),
        ("POST", "/v1/faults", """{"target":"40%","http":{"status":503,"percent":"10%","path":"/items/*"}}"""),
        ("POST", "/v1/faults", """{"target":"b1","action":"set-weight","weight":3}"""),
        ("DELETE", "/v1/faults/f1", ""),
        ("DELETE", "/v1/faults", ""),
        ("GET", "/v1/load", ""),
        ("DELETE", "/v1/load", ""),
        ("GET", "/v1/events", ""),
        ("GET", "/metrics", ""),
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "0", "-1", "1e9", "1.5", "9223372036854775808", "\\u0000", "\\ud800", "\\", "%", "ms", "/s",
        "\"name\":", "\"type\":", "\"target\":", "\"action\":", "\"toxic\":", "\"http\":", "latency", "b1", "b2", "b9", "all", "one", "kill", "/", "..", "é", "\u0000", "\n", "${x}", "*a", "&a",
    ];

    public static TheoryData<ulong> Seedlings => [.. Enumerable.Range(1, Rounds).Select(seed => (ulong)seed)];

    // What was refused must have changed nothing (but a fault whose time is over ends all the same); whatever was done, the journal must read as a scenario.
    [Theory]
    [MemberData(nameof(Seedlings))]
    public async Task No_mutated_request_crashes_or_is_refused_after_having_changed_something(ulong seed)
    {
        await using var rig = await ControlRig.StartAsync();
        var random = new RandomStream(seed);
        var (accepted, refused) = (0, 0);
        var before = await rig.StateAsync();
        for (var number = 0; number < Requests; number++)
        {
            var request = Mutate(Seeds[random.Next(Seeds.Length)], random);
            var acting = rig.Session.Faults.All;
            ControlAnswer answer;
            try
            {
                answer = await rig.AnswerAsync(request);
            }
            catch (Exception error)
            {
                Assert.Fail($"request {number} failed with {error}\n{request.Method} {request.Path}\n{Encoding.UTF8.GetString(request.Body.Span)}");
                return;
            }

            var isRefused = answer.Status >= 400;
            var after = await rig.StateAsync();
            Assert.True(!isRefused || before == after || acting.Any(fault => fault.EndsAt <= rig.Session.Now), $"request {number} was refused with {answer.Status} and yet changed something\n{request.Method} {request.Path}\n{Encoding.UTF8.GetString(request.Body.Span)}\n{before}\n{after}");
            (accepted, refused) = isRefused ? (accepted, refused + 1) : (accepted + 1, refused);
            await PruneAsync(rig);
            before = await rig.StateAsync();
        }

        var journal = ScenarioReader.Read(rig.Session.Journal.Write(rig.Session.Now), "journal");
        Assert.Empty(journal.Problems);

        // Were nearly all of one kind, the fuzzer would test the front door only.
        Assert.InRange(accepted, Requests / 10, Requests);
        Assert.InRange(refused, Requests / 10, Requests);
    }

    // Backends and faults multiply; a small session keeps each look at it cheap.
    private static async Task PruneAsync(ControlRig rig)
    {
        if (rig.Session.Faults.All.Count > MostThings || rig.Session.Backends.All.Count > MostThings)
        {
            await rig.Session.Faults.ClearAsync();
            foreach (var backend in rig.Session.Backends.All.Skip(2).ToArray())
            {
                await rig.Session.Backends.RemoveAsync(backend.Name, rig.Session.Faults);
            }
        }
    }

    private static ControlRequest Mutate((string Method, string Path, string Body) seed, RandomStream random)
    {
        var (path, body) = (seed.Path, seed.Body);
        switch (random.Next(8))
        {
            case 0:
                path = Mutate(path, random);
                break;
            case 1:
                return new ControlRequest(seed.Method, path, Mutate(Encoding.UTF8.GetBytes(body), random));
            case < 5:
                body = Mutate(body, random);
                break;
        }

        return new ControlRequest(seed.Method, path, Encoding.UTF8.GetBytes(body));
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
