using System.Collections.Immutable;

namespace LBTool.Core.Scenarios.Reading;

/// <summary>Collects what is wrong, so that all of it can be told at once.</summary>
internal sealed class Problems(string file)
{
    private const int MostShown = 100;
    private readonly List<Problem> _found = [];

    /// <summary>Whether anything is wrong.</summary>
    public bool Any => _found.Count > 0;

    /// <summary>How many have been found.</summary>
    public int Count => _found.Count;

    /// <summary>The file that is read.</summary>
    public string File => file;

    /// <summary>Something is wrong at a place.</summary>
    public void Add(Place place, string message) => _found.Add(new Problem(file, place.Line, place.Column, message));

    /// <summary>Something is wrong with the value of a key.</summary>
    public void Add(Node node, string message) => Add(node.Place, $"{node.Label}: {message}");

    /// <summary>The names that there are, where the first unknown one stood; empty when every name is known.</summary>
    public ImmutableArray<string> Allowed { get; private set; } = [];

    /// <summary>A name stands where only known ones may.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="kind">What it should be a name of: <c>backend</c>.</param>
    /// <param name="name">As written.</param>
    /// <param name="known">All that there are.</param>
    /// <param name="where">Follows the name in the message.</param>
    /// <param name="label">The key that it stands under, when it is a value.</param>
    public void AddUnknown(Place place, string kind, string name, IEnumerable<string> known, string where = "", string? label = null)
    {
        ImmutableArray<string> names = [.. known];
        Allowed = Allowed.IsEmpty ? names : Allowed;
        Add(place, (label is null ? "" : $"{label}: ") + Unknown.Message(kind, name, names, where));
    }

    /// <summary>Something is wrong with a variable of the command line.</summary>
    public void AddVariable(string name, string message) => _found.Add(new Problem($"--var {name}", 0, 0, message));

    /// <summary>Everything in order of place, each once (an anchor is read wherever its aliases stand).</summary>
    public ImmutableArray<Problem> InOrder()
    {
        var all = _found.Distinct().OrderBy(problem => problem.Line).ThenBy(problem => problem.Column).ToList();
        if (all.Count <= MostShown)
        {
            return [.. all];
        }

        var last = all[MostShown - 1];
        return [.. all.Take(MostShown), last with { Message = $"and {all.Count - MostShown} more problems" }];
    }
}
