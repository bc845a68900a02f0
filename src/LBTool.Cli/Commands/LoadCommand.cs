using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LBTool.Live.Control;

namespace LBTool.Cli.Commands;

/// <summary><c>lbtool load</c>: what a session sends to its own balancer.</summary>
internal static class LoadCommand
{
    private const string Path = "/v1/load";

    /// <summary>Makes the verb.</summary>
    public static Command Create(Terminal terminal) => new Verb("load", "Drive requests in a session", "lbtool load start 200/s", "lbtool load set 500/s", "lbtool load stop")
    {
        CreateStart(terminal),
        CreateSet(terminal),
        CreateStop(terminal),
        CreateStatus(terminal),
    };

    /// <summary>A load in words.</summary>
    public static string Words(LoadAnswer? load) => load is null ? "none"
        : load.Rate is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##} requests/s, {load.Arrivals}; {load.Sent} sent, {load.Dropped} dropped")
        : $"{load.Vus} virtual users; {load.Sent} sent";

    private static Verb CreateStart(Terminal terminal)
    {
        var rate = new Argument<string?>("RATE") { HelpName = "RATE", Description = "Arrivals, e.g. 200/s", Arity = ArgumentArity.ZeroOrOne };
        var users = new Option<string?>("--vus") { HelpName = "N", Description = "Virtual users, who wait for each answer, in place of a rate" };
        var lasting = new Option<string?>("--for") { HelpName = "DURATION", Description = "How long (default: until it is stopped)" };
        var arrivals = new Option<string?>("--arrivals") { HelpName = "uniform|poisson", Description = "How arrivals are spaced (default: uniform)" };
        var clients = new Option<string?>("--clients") { HelpName = "N", Description = "Clients that take turns (default: 1)" };
        var timeout = new Option<string?>("--timeout") { HelpName = "DURATION", Description = "A request that takes longer is an error (default: 10s)" };
        arrivals.CompletionSources.Add("uniform", "poisson");
        return SessionVerb.Create(
            terminal,
            new Verb("start", "Drive a load, in the place of the one before", "lbtool load start 200/s", "lbtool load start 2000/s --arrivals poisson --for 30s", "lbtool load start --vus 50")
            {
                rate, users, lasting, arrivals, clients, timeout,
            },
            (session, parsed, stop) => session.SendAsync(HttpMethod.Put, Path, Fields.Of(
                ("executor", parsed.GetValue(users) is null ? null : "constant-vus"),
                ("rate", PerSecond(parsed.GetValue(rate))),
                ("vus", parsed.GetValue(users)),
                ("duration", parsed.GetValue(lasting)),
                ("arrivals", parsed.GetValue(arrivals)),
                ("clients", parsed.GetValue(clients)),
                ("timeout", parsed.GetValue(timeout))), stop),
            WriteAsync);
    }

    private static Verb CreateSet(Terminal terminal)
    {
        var rate = new Argument<string>("RATE") { HelpName = "RATE", Description = "Arrivals, e.g. 500/s" };
        return SessionVerb.Create(
            terminal,
            new Verb("set", "Change the rate of the load that is driven", "lbtool load set 500/s") { rate },
            async (session, parsed, stop) =>
            {
                var now = await session.GetAsync(Path, ControlJson.Context.LoadAnswer!, stop);
                if (now?.Rate is null)
                {
                    throw Failure.Usage("no load with a rate is driven; begin one with: lbtool load start RATE");
                }

                var load = JsonObject.Create(now.Written)!;
                load["rate"] = PerSecond(parsed.GetValue(rate));
                return await session.SendAsync(HttpMethod.Put, Path, load, stop);
            },
            WriteAsync);
    }

    private static Verb CreateStop(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("stop", "Send no more; what is open ends by itself", "lbtool load stop"),
        (session, _, stop) => session.SendAsync(HttpMethod.Delete, Path, null, stop),
        (_, _, output) => output.WriteLineAsync("load stopped"));

    private static Verb CreateStatus(Terminal terminal) => SessionVerb.Create(
        terminal,
        new Verb("status", "Show the load that is driven", "lbtool load status"),
        (session, _, stop) => session.SendAsync(HttpMethod.Get, Path, null, stop),
        WriteAsync);

    private static Task WriteAsync(string? answer, ParseResult parsed, TextWriter output) =>
        output.WriteLineAsync($"load  {Words(JsonSerializer.Deserialize(answer!, ControlJson.Context.LoadAnswer!))}");

    // A plain number of requests is a second's.
    private static string? PerSecond(string? rate) =>
        double.TryParse(rate, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? $"{rate}/s" : rate;
}
