using LBTool.Core.Affinity;
using LBTool.Core.Balancing;
using LBTool.Core.Scenarios.Reading;

namespace LBTool.Core.Scenarios.Keys;

/// <summary>The keys under <c>target.sticky</c>.</summary>
internal static class StickyKeys
{
    private const string DefaultCookie = "lbtool-session";

    private static readonly Key<KeyPart> By = Key.Default("by",
        new Choice<KeyPart>("kind of session", ("cookie", KeyPart.Cookie), ("header", KeyPart.Header), ("source", KeyPart.Client)),
        "cookie",
        "what a session is known by: a signed cookie that the balancer sets, a header of the client, or its address");

    private static readonly Key<string> Name = Key.Optional("name", Values.Name,
        $"for a cookie {DefaultCookie}; a header needs one", "name of the cookie or header");

    private static readonly Key<OnLost> OnLost = Key.Default("on_lost",
        new Choice<OnLost>("policy", ("redistribute", Affinity.OnLost.Redistribute), ("503", Affinity.OnLost.Refuse)),
        "redistribute",
        "a session whose backend is not available gets another one, or 503 until it is back");

    public static readonly MapShape<Sticky> Sticky = Map.Of([By, Name, OnLost],
        fields => new Sticky(
            new KeySource(fields.Get(By), fields.Get(By) == KeyPart.Client ? null : fields.Find(Name)?.Value ?? DefaultCookie),
            fields.Get(OnLost)),
        Check);

    private static void Check(Fields fields)
    {
        if (!fields.Have(By))
        {
            return;
        }

        if (fields.Get(By) == KeyPart.Header && !fields.IsWritten(Name))
        {
            fields.Report(Name, "missing; a session known by a header needs the header's name");
        }

        if (fields.Get(By) == KeyPart.Client && fields.IsWritten(Name))
        {
            fields.Report(Name, "a session known by its source has no name; remove it, or set by: cookie or by: header");
        }
    }
}
