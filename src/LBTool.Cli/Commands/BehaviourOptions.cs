using System.CommandLine;

namespace LBTool.Cli.Commands;

/// <summary>The options that say how a backend behaves; a session reads their values as a scenario's.</summary>
internal sealed class BehaviourOptions
{
    private readonly Option<string?>[] _all =
    [
        New("weight", "W", "Share relative to the others"),
        New("latency", "DURATION", "How long it takes to answer, e.g. 20ms or exponential(50ms)"),
        New("jitter", "DURATION", "Added to that, plus or minus, at random"),
        New("concurrency", "N", "Requests served at once"),
        New("queue", "N", "Requests that may wait then"),
        New("errors", "SHARE", "Part of the requests that it answers 500, e.g. 5%"),
    ];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in _all)
        {
            verb.Add(option);
        }
    }

    /// <summary>Lets a verb take nothing but a command line with one of them at least.</summary>
    public void Require(Command verb) => verb.Validators.Add(result =>
    {
        if (_all.All(option => result.GetResult(option) is null))
        {
            result.AddError($"nothing to change: give {string.Join(", ", _all.Select(option => option.Name))}");
        }
    });

    /// <summary>Each by its key, with its value if it was given.</summary>
    public IEnumerable<(string Name, string? Value)> Read(ParseResult parsed) => _all.Select(option => (option.Name.TrimStart('-'), parsed.GetValue(option)));

    private static Option<string?> New(string key, string value, string description) => new($"--{key}") { HelpName = value, Description = description };
}
