using System.Collections.Immutable;
using LBTool.Live.Sessions;

namespace LBTool.Live.Control.Endpoints;

/// <summary><c>/metrics</c>: numbers for Prometheus.</summary>
internal sealed class MetricsEndpoints(Session session)
{
    private const string Prometheus = "text/plain; version=0.0.4; charset=utf-8";

    private readonly SessionView _view = new(session);

    public ImmutableArray<Endpoint> All =>
    [
        new("GET", "/metrics", "counters and gauges in the text format of Prometheus", _ =>
            Task.FromResult(ControlAnswer.Text(Prometheus, PrometheusText.Write(_view.Backends(), _view.Faults(), _view.Load())))) { ContentType = Prometheus },
    ];
}
