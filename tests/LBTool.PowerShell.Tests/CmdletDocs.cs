using System.Collections.Immutable;
using System.Management.Automation;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LBTool.PowerShell.Tests;

/// <summary>What the doc comments in src/LBTool.PowerShell say of a cmdlet: the one source of its help.</summary>
internal sealed partial class CmdletDocs
{
    private static readonly Dictionary<string, XElement> Comments =
        XDocument.Load(Path.ChangeExtension(typeof(Json).Assembly.Location, ".xml")).Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value);

    private readonly XElement _comment;

    private CmdletDocs(Type type)
    {
        var attribute = type.GetCustomAttribute<CmdletAttribute>()!;
        (Type, Verb, Noun, Asks) = (type, attribute.VerbName, attribute.NounName, attribute.SupportsShouldProcess);
        DefaultSet = attribute.DefaultParameterSetName;
        _comment = Comments[$"T:{type.FullName}"];
    }

    /// <summary>All cmdlets, by name.</summary>
    public static ImmutableArray<CmdletDocs> All { get; } =
    [
        .. typeof(Json).Assembly.GetTypes().Where(type => type.GetCustomAttribute<CmdletAttribute>() is not null)
            .Select(type => new CmdletDocs(type)).OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal),
    ];

    public Type Type { get; }

    public string Verb { get; }

    public string Noun { get; }

    public string Name => $"{Verb}-{Noun}";

    /// <summary>Whether it has -WhatIf and -Confirm.</summary>
    public bool Asks { get; }

    public string? DefaultSet { get; }

    public string Summary => Text(_comment.Element("summary")!);

    public string? Remarks => _comment.Element("remarks") is { } remarks ? Text(remarks) : null;

    public IEnumerable<(string Code, string Text)> Examples =>
        _comment.Elements("example").Select(example => (example.Element("code")!.Value.Trim(), Text(example.Element("para")!)));

    public IEnumerable<string> Outputs =>
        Type.GetCustomAttributes<OutputTypeAttribute>().SelectMany(output => output.Type).Select(output => output.Type == typeof(void) ? "None" : output.Name).Distinct();

    /// <summary>The parameters, in the order in which they are written, those of this cmdlet first.</summary>
    public IEnumerable<Parameter> Parameters =>
        Type.GetProperties().Where(property => property.GetCustomAttributes<ParameterAttribute>().Any())
            .Select(property => new Parameter(property, Text(Comments[$"P:{property.DeclaringType!.FullName}.{property.Name}"].Element("summary")!)))
            .OrderBy(parameter => parameter.Property.DeclaringType == Type ? 0 : 1)
            .ThenBy(parameter => parameter.Property.MetadataToken);

    /// <summary>The names of its parameter sets; one without a name when it has none.</summary>
    public IEnumerable<string> Sets
    {
        get
        {
            var named = Parameters.SelectMany(parameter => parameter.Attributes).Select(attribute => attribute.ParameterSetName)
                .Where(set => set != ParameterAttribute.AllParameterSets).Distinct().OrderBy(set => set == DefaultSet ? 0 : 1).ToArray();
            return named.Length == 0 ? [ParameterAttribute.AllParameterSets] : named;
        }
    }

    private static string Text(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } reference => reference.Attribute("cref")!.Value.Split('.', ':')[^1],
        XElement inner => inner.Value,
        _ => $"{(node as XText)?.Value}",
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>A parameter with what its comment says.</summary>
internal sealed record Parameter(PropertyInfo Property, string Text)
{
    public string Name => Property.Name;

    public ImmutableArray<ParameterAttribute> Attributes => [.. Property.GetCustomAttributes<ParameterAttribute>()];

    public bool IsSwitch => Property.PropertyType == typeof(SwitchParameter);

    public bool TakesWildcards => Property.GetCustomAttribute<SupportsWildcardsAttribute>() is not null;

    public string Aliases => string.Join(", ", Property.GetCustomAttribute<AliasAttribute>()?.AliasNames ?? []) is { Length: > 0 } names ? names : "none";

    public string TypeName => Nullable.GetUnderlyingType(Property.PropertyType)?.Name ?? Property.PropertyType.Name;

    /// <summary>As it is in a parameter set; null when it is not in it.</summary>
    public ParameterAttribute? In(string set) =>
        Attributes.FirstOrDefault(attribute => attribute.ParameterSetName == set || attribute.ParameterSetName == ParameterAttribute.AllParameterSets);
}
