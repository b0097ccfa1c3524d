//! Cells of Arrow as text: NULL is blank, and decimal numbers keep all of their digits.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, DecimalType,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

/// Returns the cell of a row.
type Column<'a> = Box<dyn Fn(usize) -> Cow<'a, str> + 'a>;

/// Returns the columns of some rows.
///
/// # Errors
///
/// If a column has values that are neither texts nor numbers.
pub(super) fn columns(batch: &RecordBatch) -> Result<Vec<Column<'_>>, String> {
    let schema = batch.schema_ref().fields().iter().zip(batch.columns());
    let columns = schema.map(|(field, array)| {
        column(array.as_ref()).ok_or_else(|| {
            format!("its column `{}` has neither texts nor numbers, but {}", field.name(), field.data_type())
        })
    });
    columns.collect()
}

fn column(array: &dyn Array) -> Option<Column<'_>> {
    let column = match array.data_type() {
        DataType::Null => Box::new(|_| Cow::Borrowed("")),
        DataType::Utf8 => texts(array, array.as_string::<i32>(), |array, row| array.value(row)),
        DataType::LargeUtf8 => texts(array, array.as_string::<i64>(), |array, row| array.value(row)),
        DataType::Utf8View => texts(array, array.as_string_view(), |array, row| array.value(row)),
        DataType::Int8 => numbers::<Int8Type>(array),
        DataType::Int16 => numbers::<Int16Type>(array),
        DataType::Int32 => numbers::<Int32Type>(array),
        DataType::Int64 => numbers::<Int64Type>(array),
        DataType::UInt8 => numbers::<UInt8Type>(array),
        DataType::UInt16 => numbers::<UInt16Type>(array),
        DataType::UInt32 => numbers::<UInt32Type>(array),
        DataType::UInt64 => numbers::<UInt64Type>(array),
        DataType::Float32 => numbers::<Float32Type>(array),
        DataType::Float64 => numbers::<Float64Type>(array),
        DataType::Decimal32(..) => decimals::<Decimal32Type>(array),
        DataType::Decimal64(..) => decimals::<Decimal64Type>(array),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(array),
        DataType::Decimal256(..) => decimals::<Decimal256Type>(array),
        DataType::Dictionary(..) => return dictionary(array),
        _ => return None,
    };
    Some(column)
}

fn texts<'a, A>(array: &'a dyn Array, typed: &'a A, value: fn(&'a A, usize) -> &'a str) -> Column<'a> {
    Box::new(move |row| Cow::Borrowed(if array.is_null(row) { "" } else { value(typed, row) }))
}

fn numbers<T>(array: &dyn Array) -> Column<'_>
where
    T: ArrowPrimitiveType,
    T::Native: ToString,
{
    let numbers = array.as_primitive::<T>();
    Box::new(move |row| if array.is_null(row) { "".into() } else { numbers.value(row).to_string().into() })
}

fn decimals<T: DecimalType + ArrowPrimitiveType>(array: &dyn Array) -> Column<'_> {
    let numbers = array.as_primitive::<T>();
    Box::new(move |row| if array.is_null(row) { "".into() } else { numbers.value_as_string(row).into() })
}

fn dictionary(array: &dyn Array) -> Option<Column<'_>> {
    let dictionary = array.as_any_dictionary();
    if dictionary.values().is_empty() {
        return Some(Box::new(|_| Cow::Borrowed("")));
    }
    let (keys, value) = (dictionary.normalized_keys(), column(dictionary.values().as_ref())?);
    Some(Box::new(move |row| if array.is_null(row) { "".into() } else { value(keys[row]) }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::Int32Type;
    use arrow_array::{
        ArrayRef, BinaryArray, Decimal128Array, DictionaryArray, Float64Array, Int64Array, NullArray,
        StringArray, StringViewArray,
    };

    use super::*;

    fn cells(array: ArrayRef) -> Result<Vec<String>, String> {
        let batch = RecordBatch::try_from_iter([("x", array)]).unwrap();
        let columns = columns(&batch)?;
        Ok((0..batch.num_rows()).map(|row| columns[0](row).into_owned()).collect())
    }

    #[test]
    fn cells_are_exact_and_null_is_blank() {
        let decimals = Decimal128Array::from(vec![Some(-1_234_567_890_123_456_789_i128), None, Some(5)]);
        let decimals = decimals.with_precision_and_scale(38, 4).unwrap();
        let arrays: [(ArrayRef, &[&str]); 7] = [
            (Arc::new(decimals), &["-123456789012345.6789", "", "0.0005"]),
            (Arc::new(Int64Array::from(vec![Some(i64::MIN), None])), &["-9223372036854775808", ""]),
            (
                Arc::new(Float64Array::from(vec![Some(1e15), Some(0.1), None])),
                &["1000000000000000", "0.1", ""],
            ),
            (Arc::new(StringArray::from(vec![Some("E11.9"), None])), &["E11.9", ""]),
            (Arc::new(StringViewArray::from(vec![None, Some("Ward 3, \"A\"")])), &["", "Ward 3, \"A\""]),
            (Arc::new(NullArray::new(2)), &["", ""]),
            (
                Arc::new(
                    [Some("I10"), None, Some("I10")].into_iter().collect::<DictionaryArray<Int32Type>>(),
                ),
                &["I10", "", "I10"],
            ),
        ];
        for (array, expected) in arrays {
            assert_eq!(cells(array).unwrap(), expected);
        }
        let nothing: DictionaryArray<Int32Type> = [None::<&str>, None].into_iter().collect();
        assert_eq!(cells(Arc::new(nothing)).unwrap(), ["", ""]);
    }

    #[test]
    fn bytes_are_refused_by_the_name_of_their_column() {
        let error = cells(Arc::new(BinaryArray::from(vec![Some(&b"I10"[..])]))).unwrap_err();
        assert_eq!(error, "its column `x` has neither texts nor numbers, but Binary");
    }
}
