namespace NetworkingSfc.Control.Attributes;

/// <summary>Converted attribute values of one request: on create every attribute, on update those that were sent.</summary>
internal sealed class AttributeValues
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    private readonly HashSet<string> _defaults = new(StringComparer.Ordinal);

    /// <summary>Takes a value.</summary>
    public void Set(string attribute, object? value)
    {
        _values[attribute] = value;
        _defaults.Remove(attribute);
    }

    /// <summary>Takes the value of an attribute that was not sent.</summary>
    public void SetDefault(string attribute, object? value)
    {
        _values[attribute] = value;
        _defaults.Add(attribute);
    }

    /// <summary>The same values as if nothing for administrators had been sent.</summary>
    /// <param name="table">The attributes.</param>
    public AttributeValues OfMember(AttributeTable table)
    {
        AttributeValues values = new();
        foreach (AttributeRule rule in table.Rules.Where(rule => Has(rule.Name)))
        {
            if (!rule.IsForAdmins)
            {
                values.Set(rule.Name, _values[rule.Name]);
            }
            else if ((rule.Use & AttributeUse.Post) != 0)
            {
                values.SetDefault(rule.Name, rule.Default);
            }
        }

        return values;
    }

    /// <summary>Whether the attribute itself was sent.</summary>
    public bool IsSent(string attribute) => _values.ContainsKey(attribute) && !_defaults.Contains(attribute);

    /// <summary>The value of an attribute that is known to be there.</summary>
    public T Get<T>(string attribute) => (T)_values[attribute]!;

    /// <summary>The value of an attribute, or what holds now when it was not sent.</summary>
    public T Get<T>(string attribute, T current) => _values.TryGetValue(attribute, out object? value) ? (T)value! : current;

    /// <summary>Whether the attribute was sent (or has a default, on create).</summary>
    public bool Has(string attribute) => _values.ContainsKey(attribute);
}
