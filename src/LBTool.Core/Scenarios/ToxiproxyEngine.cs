using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace LBTool.Core.Scenarios;

/// <summary>A Toxiproxy server in the place of our own fault proxies: where it may be, and what it cannot do.</summary>
public static class ToxiproxyEngine
{
    /// <summary>Where it is when nobody says.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8474";

    /// <summary>What its address looks like, in words.</summary>
    public const string Form = "the http address of a Toxiproxy on this machine, such as " + DefaultUrl;

    /// <summary>Reads its address. It must be on this machine: the backends are on loopback.</summary>
    public static bool TryParse(string text, [MaybeNullWhen(false)] out Uri address) =>
        Uri.TryCreate(text, UriKind.Absolute, out address)
        && address.Scheme == Uri.UriSchemeHttp
        && address.PathAndQuery == "/"
        && address.UserInfo.Length == 0
        && (address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var host) && IPAddress.IsLoopback(host)));

    /// <summary>Why it cannot do this, and what to do instead; null when it can.</summary>
    public static string? Refuses(FaultEffect effect) => effect switch
    {
        ActionEffect { Action: BackendAction.Stop } =>
            "a Toxiproxy cannot stop a backend: it closes open connections together with the listener; "
            + "use action: down or kill, or the built-in fault proxy",
        ToxicEffect { Attributes: var attributes, Type: not "packet_loss" }
            when attributes.FirstOrDefault(attribute => !double.IsInteger(attribute.Value)) is { Key: { } name } =>
            $"a Toxiproxy takes whole numbers only, and {name} is not one in its unit (see: lbtool toxics); "
            + "round it, or use the built-in fault proxy",
        _ => null,
    };

    /// <summary>What is wrong with the faults of a scenario that uses one; empty for one that does not.</summary>
    public static IEnumerable<string> Problems(Scenario scenario) =>
        scenario.Target.Toxiproxy is null ? []
        : scenario.Faults.Select(fault => Refuses(fault.Effect) is { } why ? $"fault {fault.Name}: {why}" : null).OfType<string>();
}
