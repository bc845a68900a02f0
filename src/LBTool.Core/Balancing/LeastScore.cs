namespace LBTool.Core.Balancing;

/// <summary>A rule that picks the backend of least score out of all, by an index that follows every lease.</summary>
public abstract class LeastScore : PreparedBalancer<LoadTree>
{
    /// <summary>A backend's score at the moment: 0 or above, the lower the better.</summary>
    protected abstract float ScoreOf(Backend backend);

    /// <inheritdoc/>
    protected override LoadTree Make(Candidates candidates) => new(candidates, ScoreOf);

    /// <inheritdoc/>
    public override void Started(Candidates candidates, Backend backend, TimeSpan now) => Update(candidates, backend);

    /// <inheritdoc/>
    public override void Ended(Candidates candidates, in Ending ending) => Update(candidates, ending.Backend);

    /// <inheritdoc/>
    public override void Published(Candidates candidates)
    {
        if (candidates.Count > 0)
        {
            PreparedFor(candidates).UpdateAll();
        }
    }

    /// <summary>Tells the index that a backend's score may have changed.</summary>
    protected static void Update(Candidates candidates, Backend backend)
    {
        if (candidates.Count > 0)
        {
            PreparedFor(candidates).Update(backend);
        }
    }
}
