namespace LBTool.Live.Toxiproxy;

/// <summary>The path of a request: decoded, then cut at its slashes, so that a slash in a name is one more segment.</summary>
internal sealed class RequestPath
{
    private readonly string _path;
    private readonly string _query;

    /// <param name="target">As on the request line: a path, or an absolute address.</param>
    public RequestPath(string target)
    {
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out var address))
        {
            target = address.PathAndQuery;
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        _query = question < 0 ? "" : target[question..];
        _path = Uri.UnescapeDataString(question < 0 ? target : target[..question]);
        Segments = _path.StartsWith('/') ? _path[1..].Split('/') : [_path];
    }

    /// <summary>What stands between the slashes; the last one is empty when the path ends in a slash.</summary>
    public string[] Segments { get; }

    /// <summary>Where the client should have asked, when the path has empty segments or dots; else null.</summary>
    public string? Clean
    {
        get
        {
            var clean = new List<string>();
            foreach (var segment in Segments.Where(segment => segment.Length > 0 && segment != "."))
            {
                if (segment != "..")
                {
                    clean.Add(segment);
                }
                else if (clean.Count > 0)
                {
                    clean.RemoveAt(clean.Count - 1);
                }
            }

            var slash = clean.Count > 0 && _path.EndsWith('/') ? "/" : "";
            return "/" + string.Join('/', clean) + slash == _path
                ? null
                : "/" + string.Join('/', clean.Select(Uri.EscapeDataString)) + slash + _query;
        }
    }
}
