using System.Collections.Immutable;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/v1/journal</c>: what was done by hand.</summary>
internal sealed class JournalEndpoints(Session session)
{
    private const string Yaml = "text/yaml; charset=utf-8";

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/v1/journal", "what was done by hand, as a scenario file", _ =>
            Task.FromResult(ControlAnswer.Text(Yaml, session.Journal.Write(session.Now)))) { ContentType = Yaml },
    ];
}
