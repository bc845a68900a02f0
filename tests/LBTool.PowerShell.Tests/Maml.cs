using System.Management.Automation;
using System.Xml.Linq;

namespace LBTool.PowerShell.Tests;

/// <summary>Writes the file that Get-Help reads, from the doc comments.</summary>
internal static class Maml
{
    private static readonly XNamespace Help = "http://msh";
    private static readonly XNamespace Text = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    public static string Write(IEnumerable<CmdletDocs> cmdlets) =>
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + new XElement(
            Help + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", Text.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "command", Command.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "dev", Dev.NamespaceName),
            cmdlets.Select(Of)) + "\n";

    private static XElement Of(CmdletDocs cmdlet) => new(
        Command + "command",
        new XElement(
            Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun),
            Description(cmdlet.Summary)),
        Description(cmdlet.Remarks is null ? cmdlet.Summary : $"{cmdlet.Summary} {cmdlet.Remarks}"),
        new XElement(Command + "syntax", cmdlet.Sets.Select(set => Syntax(cmdlet, set))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(parameter => Of(parameter, parameter.Attributes[0]))),
        new XElement(Command + "inputTypes", new XElement(Command + "inputType", TypeOf(Input(cmdlet)))),
        new XElement(Command + "returnValues", cmdlet.Outputs.Select(output => new XElement(Command + "returnValue", TypeOf(output)))),
        new XElement(Command + "examples", cmdlet.Examples.Select((example, place) => new XElement(
            Command + "example",
            new XElement(Text + "title", $"Example {place + 1}"),
            new XElement(Dev + "code", example.Code),
            new XElement(Dev + "remarks", new XElement(Text + "para", example.Text))))),
        new XElement(
            Command + "relatedLinks",
            new XElement(Text + "navigationLink", new XElement(Text + "linkText", "about_LBChaos"), new XElement(Text + "uri"))));

    private static XElement Syntax(CmdletDocs cmdlet, string set) => new(
        Command + "syntaxItem",
        new XElement(Text + "name", cmdlet.Name),
        cmdlet.Parameters.Where(parameter => parameter.In(set) is not null)
            .OrderBy(parameter => parameter.In(set)!.Position is var position && position >= 0 ? position : int.MaxValue)
            .ThenBy(parameter => parameter.In(set)!.Mandatory ? 0 : 1)
            .Select(parameter => Of(parameter, parameter.In(set)!)),
        cmdlet.Asks ? new[] { "WhatIf", "Confirm" }.Select(name => new XElement(
            Command + "parameter",
            new XAttribute("required", "false"),
            new XAttribute("position", "named"),
            new XElement(Text + "name", name),
            Description(name == "WhatIf" ? "Say what would be done, and do nothing." : "Ask before it is done."))) : []);

    private static XElement Of(Parameter parameter, ParameterAttribute attribute) => new(
        Command + "parameter",
        new XAttribute("required", attribute.Mandatory ? "true" : "false"),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", parameter.TakesWildcards ? "true" : "false"),
        new XAttribute("pipelineInput", Pipeline(attribute)),
        new XAttribute("position", attribute.Position >= 0 ? $"{attribute.Position}" : "named"),
        new XAttribute("aliases", parameter.Aliases),
        new XElement(Text + "name", parameter.Name),
        Description(parameter.Text),
        parameter.IsSwitch ? null : new XElement(
            Command + "parameterValue",
            new XAttribute("required", "true"),
            new XAttribute("variableLength", parameter.Property.PropertyType.IsArray ? "true" : "false"),
            parameter.TypeName),
        TypeOf(parameter.TypeName));

    private static string Pipeline(ParameterAttribute attribute) => (attribute.ValueFromPipeline, attribute.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    private static string Input(CmdletDocs cmdlet) =>
        cmdlet.Parameters.FirstOrDefault(parameter => parameter.Attributes.Any(attribute => attribute.ValueFromPipeline))?.TypeName.TrimEnd('[', ']') ?? "None";

    private static XElement TypeOf(string name) => new(Dev + "type", new XElement(Text + "name", name));

    private static XElement Description(string text) => new(Text + "description", new XElement(Text + "para", text));
}
