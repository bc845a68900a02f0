namespace LBTool.Core.Expectations;

/// <summary>Reads <c>{backend=b1}</c>.</summary>
internal static class LabelReader
{
    public static (Placed<string>? Backend, Piece After) Read(Piece text, Metric metric)
    {
        if (text.IsEmpty || text.Source[text.Start] != '{')
        {
            return metric.Backend != BackendLabel.Required ? (null, text) : throw new MisreadException(text.Start,
                $"'{metric.Name}' is about one backend: write {metric.Name}{{backend=NAME}}");
        }

        var (labels, rest) = text.Cut(1).Tail.SplitAt("}")
            ?? throw new MisreadException(text.Start, "'{' has no '}': labels are written {backend=NAME}");
        Placed<string>? backend = null;
        for (Piece? next = labels; next is { } current;)
        {
            (var label, next) = current.SplitAt(",") is { } split ? (split.Before, split.After) : (current, (Piece?)null);
            backend = backend is null ? ReadOne(label.Trim(), metric) : throw new MisreadException(label.Trim().Start,
                $"'{metric.Name}' takes one label: {{backend=NAME}}");
        }

        return (backend, rest);
    }

    private static Placed<string> ReadOne(Piece label, Metric metric)
    {
        if (metric.Backend == BackendLabel.None)
        {
            throw new MisreadException(label.Start, $"'{metric.Name}' takes no label");
        }

        var (key, value) = label.SplitAt("=")
            ?? throw new MisreadException(label.Start, label.IsEmpty
                ? "a label is missing: write {backend=NAME}"
                : $"'{ExpectationParser.Excerpt(label)}' is no label: labels are written {{backend=NAME}}");
        (key, value) = (key.Trim(), value.Trim());
        if (key.Text != "backend")
        {
            throw new MisreadException(label.Start,
                $"unknown label '{ExpectationParser.Excerpt(key)}'{ExpectationParser.DidYouMean(key.Text, metric.Labels)} Labels of '{metric.Name}': {string.Join(", ", metric.Labels)}");
        }

        var (name, rest) = value.CutWhile(c => char.IsLetterOrDigit(c) || c is '_' or '-' or '.');
        return !name.IsEmpty && rest.IsEmpty ? new Placed<string>(name.Text, name.Start) : throw new MisreadException(value.Start,
            value.IsEmpty ? "the name of a backend is missing: write {backend=NAME}"
            : $"'{ExpectationParser.Excerpt(value)}' is no name: letters, digits, '_', '-' and '.', without quotes");
    }
}
