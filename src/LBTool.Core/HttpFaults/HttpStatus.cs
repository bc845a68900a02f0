using LBTool.Core.Scenarios.Keys;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.HttpFaults;

/// <summary>This status at once, instead of the work.</summary>
/// <param name="Status">200 … 599.</param>
/// <param name="Body">Its body; null for none.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> header, in whole seconds, rounded up; null for none.</param>
public sealed record HttpStatus(int Status, string? Body = null, TimeSpan? RetryAfter = null) : HttpFault
{
    private static readonly Shape<int> Codes = Values.Count(200, 599);

    private static readonly Key<int> Code = Key.Required("code", Codes, "the status");

    private static readonly Key<string> Text = Key.Optional("body", Values.Text, "no body", "the answer's body");

    private static readonly Key<TimeSpan> Retry = Key.Optional("retry_after", Values.Duration, "no such header",
        "the `Retry-After` header, in whole seconds, rounded up");

    /// <inheritdoc/>
    public override string Summary => $"HTTP {Status}";

    internal static HttpFaultRow Row { get; } = new(
        "status", "this status at once, instead of the work", "status: { code: 503, body: try later, retry_after: 2s }",
        new EitherShape<HttpFault>(
            text: new MappedShape<int, HttpFault>(Codes, code => new HttpStatus(code)),
            map: Map.Of<HttpFault>([Code, Text, Retry],
                fields => new HttpStatus(fields.Get(Code), fields.Find(Text)?.Value, fields.Find(Retry)?.Value),
                Check)));

    private static void Check(Fields fields)
    {
        if (fields.Have(Code) && fields.IsWritten(Text) && fields.Get(Code) is 204 or 205 or 304)
        {
            fields.Report(Text, $"an answer {fields.Get(Code)} has no body; leave it out, or choose another code");
        }
    }
}
