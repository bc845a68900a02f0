namespace LBTool.Core.Balancing;

/// <summary>Where the key of a request comes from, for rules that hash it.</summary>
/// <param name="Part">The part of the request.</param>
/// <param name="Name">Name of the header, cookie or query parameter; null for the other parts.</param>
public readonly record struct KeySource(KeyPart Part, string? Name)
{
    /// <summary>What may be written, for messages.</summary>
    public const string Forms = "client, path, header:NAME, cookie:NAME or query:NAME";

    /// <summary>What it is for, for help.</summary>
    public const string Description = "what is hashed; a request without it goes where a random key would";

    /// <summary>Reads <c>client</c>, <c>path</c>, <c>header:NAME</c>, <c>cookie:NAME</c> or <c>query:NAME</c>.</summary>
    public static bool TryParse(string text, out KeySource source)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? null : text[(colon + 1)..];
        KeyPart? part = (colon < 0 ? text : text[..colon], name) switch
        {
            ("client", null) => KeyPart.Client,
            ("path", null) => KeyPart.Path,
            ("header", not null) => KeyPart.Header,
            ("cookie", not null) => KeyPart.Cookie,
            ("query", not null) => KeyPart.Query,
            _ => null,
        };
        source = new KeySource(part ?? KeyPart.Client, name);
        return part is not null && (name is null || (name.Length > 0 && name.All(IsNameCharacter)));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var part = Part.ToString().ToLowerInvariant();
        return Name is null ? part : $"{part}:{Name}";
    }

    // What a header's and a cookie's name may consist of (RFC 9110, token).
    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}

/// <summary>A part of a request.</summary>
public enum KeyPart
{
    /// <summary>The client's address.</summary>
    Client,

    /// <summary>The path, without the query.</summary>
    Path,

    /// <summary>The values of a header.</summary>
    Header,

    /// <summary>The value of a cookie.</summary>
    Cookie,

    /// <summary>The values of a query parameter.</summary>
    Query,
}
